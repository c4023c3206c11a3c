"""Runs the services of docker-compose.yml as plain processes against MiniStack, in the order of a
newcomer: `rehearse.py CONFIG ROOTFS`, where CONFIG is what `docker compose config --format json`
makes of it and ROOTFS holds the file systems of the images, `etl` and `api`.

Entry points, commands and environments are those of the files; programs and libraries are those of
the images' file systems. What only an engine can do is not here: isolation, users, networks.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import dockerfile

ROOT = Path(__file__).resolve().parents[2]
COUNTRY = "Peru"
CUSTOMER = {
    "customer_id": 123, "country_code": COUNTRY, "last_order_ts": "2018-05-03 00:00:00",
    "first_order_ts": "2017-05-03 00:00:00", "total_orders": 15, "segment_name": "frequent_segment",
}  # fmt: skip
BUCKET = ("frequent_segment", "14-37")
ENDS_WITHIN_S = 60
POLL_S = 0.1

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    """Returns a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Services:
    """The services of a compose file, as command lines of this machine."""

    def __init__(self, config: dict, rootfs: Path, aws_port: int, api_port: int) -> None:
        self._services = config["services"]
        self._rootfs = rootfs
        # By their names in the network of the containers, and in ours.
        self._names = {
            "http://localstack:4566": f"http://127.0.0.1:{aws_port}",
            "0.0.0.0:9000": f"127.0.0.1:{api_port}",
        }
        self._images: dict[str, dict[str, list[str]]] = {}
        for step in dockerfile.instructions((ROOT / "infra/containers/Dockerfile").read_text()):
            if step.name == "FROM":
                stage = self._images.setdefault(step.rest.split()[2], {})
            elif step.name in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
                stage[step.name] = json.loads(step.rest.removeprefix("CMD "))

    def line(self, name: str, *more: str) -> list[str]:
        """Returns what `docker compose run NAME MORE…` runs, or `up` without `more`."""
        service, image = self._services[name], self._image(name)
        entry = service["entrypoint"] or image["ENTRYPOINT"]
        command = list(more) or service["command"]
        # As Docker has it, an entry point of one's own lets the image's command go.
        if command is None:
            command = [] if service["entrypoint"] else image["CMD"]
        return self._here(name, [*entry, *command])

    def healthcheck(self, name: str) -> list[str]:
        """Returns the health check of the service's image."""
        return self._here(name, self._image(name)["HEALTHCHECK"])

    def environment(self, name: str) -> dict[str, str]:
        """Returns all that the service finds in its environment."""
        return {key: self._named(value) for key, value in self._services[name]["environment"].items()}

    def run(self, line: list[str], name: str) -> str:
        """Runs a line to its end, which must be a good one, and returns its stdout."""
        ended = subprocess.run(
            line,
            check=False,
            env=self.environment(name),
            capture_output=True,
            text=True,
            timeout=ENDS_WITHIN_S,
        )
        if ended.returncode != 0:
            raise SystemExit(f"error: {name} ended with {ended.returncode}: {ended.stderr}{ended.stdout}")
        return ended.stdout

    def _image(self, name: str) -> dict[str, list[str]]:
        return self._images[self._services[name]["build"]["target"]]

    def _named(self, text: str) -> str:
        return self._names.get(text, text)

    def _here(self, name: str, line: list[str]) -> list[str]:
        rootfs = self._rootfs / self._services[name]["build"]["target"]
        program, *arguments = (self._named(word).replace("$$", "$") for word in line)
        return [*within(rootfs), f"{rootfs}{program}", *arguments]


def within(rootfs: Path) -> list[str]:
    """Returns the loader of a file system, told to take that one's libraries and no other's."""
    loaders = [path for path in rootfs.rglob("ld-linux-*.so.*")]
    folders = {path.parent.as_posix() for path in rootfs.rglob("*.so.*")}
    return [loaders[0].as_posix(), "--inhibit-cache", "--library-path", ":".join(sorted(folders))]


def check_libraries(rootfs: Path, binary: str) -> None:
    """Makes sure that a binary finds all libraries within its file system."""
    line = [*within(rootfs), "--list", f"{rootfs}/usr/local/bin/{binary}"]
    listed = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    for library in listed.splitlines():
        if "vdso" not in library and rootfs.as_posix() not in library:
            raise SystemExit(f"error: {binary} takes a library from outside its image: {library.strip()}")


def ask(url: str, body: dict | None = None) -> dict:
    """Asks for JSON, as curl does."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with _opener.open(request, timeout=5) as answer:
        return json.load(answer)


def wait_for(url: str, process: subprocess.Popen) -> None:
    """Waits until something answers there."""
    deadline = time.monotonic() + ENDS_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            ask(url)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(POLL_S)
    raise SystemExit(f"error: nothing answers at {url}")


def check_api(services: Services, address: str, expected: float) -> None:
    """Asks the API as the README does, and whether it runs as the engine does."""
    api = subprocess.Popen(
        services.line("api"),
        env=services.environment("api"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"{address}/healthz", api)
        services.run(services.healthcheck("api"), "api")
        answer = ask(f"{address}/voucher", CUSTOMER)
        bare = ask(f"{address}/2015-03-31/functions/function/invocations", CUSTOMER)
    finally:
        api.terminate()
        ended = api.wait(ENDS_WITHIN_S)
    got = (answer["voucher_amount"], bare["body"]["voucher amount"], ended)
    if got != (expected, expected, 0):
        raise SystemExit(f"error: the API answers {got[:2]} and ends with {ended}, not {expected} and 0")
    if subprocess.run(services.healthcheck("api"), check=False, capture_output=True, env={}).returncode != 1:
        raise SystemExit("error: the health check finds an API that has ended")


def rehearse(services: Services, aws: str, api: str) -> None:
    """Does what `docker compose up`, `run etl`, `run voucher-etl` and curl do."""
    seed = [ROOT / "localstack/env", sys.executable, "-B", ROOT / "localstack/seed.py"]
    subprocess.run(seed, env={"AWS_ENDPOINT_URL": aws, "PATH": "/usr/bin:/bin"}, check=True)
    services.run(services.line("sample"), "sample")
    report = services.run(services.line("etl", "--country", COUNTRY), "etl")
    if f"{COUNTRY} · published" not in report:
        raise SystemExit(f"error: the ETL published nothing: {report}")
    line = services.line("voucher-etl", "lookup", "--country", COUNTRY, "--format", "json")
    buckets = json.loads(services.run(line, "voucher-etl"))["buckets"]
    amounts = {(bucket["segment"], bucket["bucket"]): bucket["voucher_amount"] for bucket in buckets}
    check_api(services, api, amounts[BUCKET])
    if "Usage: voucher-etl" not in services.run(services.line("voucher-etl"), "voucher-etl"):
        raise SystemExit("error: the image of the ETL alone does not say how it is used")
    print(f"compose services against MiniStack: {COUNTRY} is published, the API answers {amounts[BUCKET]}")


def main() -> None:
    """Starts a MiniStack of its own, and stops it."""
    if len(sys.argv) != 3:
        raise SystemExit("usage: rehearse.py CONFIG ROOTFS")
    config, rootfs = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]).resolve()
    for stage, binary in (("etl", "voucher-etl"), ("api", "voucher-api")):
        check_libraries(rootfs / stage, binary)
    aws_port, api_port = free_port(), free_port()
    services = Services(config, rootfs, aws_port, api_port)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "ministack.log"
        with log.open("w") as output:
            line = [ROOT / "localstack/ministack", str(aws_port), folder]
            ministack = subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://127.0.0.1:{aws_port}/_localstack/health", ministack)
            rehearse(services, f"http://127.0.0.1:{aws_port}", f"http://127.0.0.1:{api_port}")
        finally:
            ministack.terminate()
            ministack.wait(ENDS_WITHIN_S)


if __name__ == "__main__":
    main()
