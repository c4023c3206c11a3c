"""Measures the ETL on S3 at a distance, 30 ms before each answer and 200 MB/s for all of them,
beside the ETL on the same local file and beside a reader that discards the same bytes.
`distance/run` calls it; larger benchmarks use `rounds`, `aim` and `section`.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import machine
from document import replace_section
from measure import alternating, middle
from processes import Failure, as_command, free_port, listens, run, running
from stack import INSTALL, LOCALSTACK, REPOSITORY

ROUNDS = 5
DELAY_MS = 30
BYTES_PER_SECOND = 200_000_000
RATIO_MAX = 1.15

BUCKET = "voucher-distance"
STEP_WITHIN_S = 300
_LISTENS = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Round:
    """One input in one round: seconds of whole processes, and the proxy's traffic."""

    local_s: float
    away_s: float
    transfer_s: float
    requests: int
    bytes: int
    # The proxy's share of the two cores while the ETL ran.
    proxy_cpu_s: float

    @property
    def floor_s(self) -> float:
        """Returns the bare time of the bytes at the rate, after one delay."""
        return DELAY_MS / 1e3 + self.bytes / BYTES_PER_SECOND

    @property
    def ratio(self) -> float:
        """Returns the time at a distance as a multiple of its lower bound."""
        return self.away_s / max(self.transfer_s, self.local_s)


@dataclass
class Proxy:
    """A running `voucher-distance serve`."""

    address: str
    pid: int

    def totals(self) -> tuple[int, int, float]:
        """Returns its requests, bytes and processor seconds so far."""
        with urllib.request.urlopen(f"{self.address}/-/totals", timeout=STEP_WITHIN_S) as answer:
            totals = json.load(answer)
        # After the name in brackets: state, ten others, and the ticks of both kinds.
        stat = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return totals["requests"], totals["bytes"], (int(stat[11]) + int(stat[12])) / _TICKS


@dataclass
class Input:
    """A file, local and at a distance."""

    file: Path
    environment: dict[str, str]
    proxy: Proxy
    etl: Path
    distance: Path

    def local(self) -> tuple[float, str]:
        """Runs the ETL on the file; returns seconds and result hash."""
        return self._etl(str(self.file))

    def away(self) -> tuple[float, str, int, int, float]:
        """Runs the ETL through the proxy; returns the same, and the proxy's counts."""
        before = self.proxy.totals()
        seconds, result_hash = self._etl(f"s3://{BUCKET}/{self.key}")
        requests, size, cpu_s = (
            now - then for now, then in zip(self.proxy.totals(), before, strict=True)
        )
        return seconds, result_hash, requests, size, cpu_s

    def transfer(self, size: int) -> float:
        """Reads so many bytes through the proxy; returns seconds."""
        # Bytes requested twice were not needed twice.
        needed = min(size, self.file.stat().st_size)
        url = f"{self.proxy.address}/{BUCKET}/{self.key}"
        seconds, printed = self._timed([self.distance, "fetch", url, "--bytes", needed])
        if json.loads(printed)["bytes"] != needed:
            raise Failure(f"expected {needed} bytes of {url}, not {printed}")
        return seconds

    def warm(self) -> None:
        """Loads the object into the proxy's memory."""
        head = urllib.request.Request(
            f"{self.proxy.address}/{BUCKET}/{self.key}", headers={"Range": "bytes=0-0"}
        )
        urllib.request.urlopen(head, timeout=STEP_WITHIN_S).close()

    @property
    def key(self) -> str:
        """Returns its key."""
        return f"history/{self.file.name}"

    def _etl(self, path: str) -> tuple[float, str]:
        command = [self.etl, "run", "--dry-run", "--format", "json", "--s3path", path]
        seconds, printed = self._timed(command)
        return seconds, json.loads(printed)["result_hash"]

    def _timed(self, command: list) -> tuple[float, str]:
        start = time.perf_counter()
        printed = run(command, self.environment, STEP_WITHIN_S)
        return time.perf_counter() - start, printed


def rounds(
    etl: Path, distance: Path, files: list[Path], state: Path, count: int
) -> Iterator[dict[str, Round]]:
    """Yields the rounds, each with all files by name; starts and stops all servers."""
    with _inputs(etl, distance, files, state) as inputs:
        sizes = {}
        for input_ in inputs:
            input_.warm()
            # Not measured: loads the files into memory, and counts the bytes to transfer.
            (_, here), (_, there, _, sizes[input_.file.name], _) = input_.local(), input_.away()
            if here != there:
                raise Failure(f"{input_.file.name} has other results at a distance")
        for number in range(count):
            yield {
                input_.file.name: _round(number, input_, sizes[input_.file.name])
                for input_ in inputs
            }


def _round(number: int, input_: Input, size: int) -> Round:
    sides = {
        "local": input_.local,
        "away": input_.away,
        "transfer": lambda: input_.transfer(size),
    }
    found = {side: sides[side]() for side in alternating(number, list(sides))}
    (local_s, here), (away_s, there, *counted) = found["local"], found["away"]
    if here != there:
        raise Failure(f"{input_.file.name} has other results at a distance")
    return Round(local_s, away_s, found["transfer"], *counted)


@contextmanager
def _inputs(etl: Path, distance: Path, files: list[Path], state: Path) -> Iterator[list[Input]]:
    """Runs a MiniStack with the files, and the proxy before it."""
    folder = state / "distance"
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    behind = _environment(f"http://127.0.0.1:{port}")
    server = [str(LOCALSTACK / "ministack"), str(port), str(folder / "ministack")]
    with running(server, folder / "ministack.log", behind) as process:
        process.wait_until(lambda: listens(port), "listening MiniStack")
        uploads = [f"--upload={file}=history/{file.name}" for file in files]
        python = run([INSTALL], behind, STEP_WITHIN_S).strip()
        seed = [python, "-B", LOCALSTACK / "seed.py", "--bucket", BUCKET, *uploads]
        run(seed, behind, STEP_WITHIN_S)
        shape = ["--delay-ms", str(DELAY_MS), "--bytes-per-second", str(BYTES_PER_SECOND)]
        serve = [str(distance), "serve", "--server", behind["AWS_ENDPOINT_URL"], *shape]
        with running(serve, folder / "proxy.log", behind) as process:
            found = process.wait_until(lambda: _LISTENS.search(process.text()), "address")
            proxy = Proxy(found[1], process.child.pid)
            environment = _environment(proxy.address)
            yield [Input(file, environment, proxy, etl, distance) for file in files]


def _environment(endpoint: str) -> dict[str, str]:
    """Returns the environment of `localstack/env` for this endpoint, once, so that no shell is timed."""
    command = [LOCALSTACK / "env", "env", "--null"]
    printed = subprocess.run(
        command,
        env=os.environ | {"AWS_ENDPOINT_URL": endpoint},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = dict(line.split("=", 1) for line in printed.split("\0") if line)
    # A dry run reads what is published; a closed port refuses at once.
    return found | {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"}


def aim(found: list[dict[str, Round]]) -> tuple[str, str, bool]:
    """Returns the aim, the result, and whether all inputs meet it."""
    ratios = {name: _ratio(found, name) for name in found[0]}
    measured = "; ".join(f"{name}: {ratio:.2f} times" for name, ratio in ratios.items())
    name = (
        f"S3 with {DELAY_MS} ms and {BYTES_PER_SECOND / 1e6:.0f} MB/s in all:"
        f" at most {RATIO_MAX} times the larger of transfer time and local time"
    )
    return name, measured, max(ratios.values()) <= RATIO_MAX


def section(found: list[dict[str, Round]]) -> str:
    """Returns the section without its heading."""
    head = ["input", "local s", "transfer s", "at a distance s", "times the larger", "met"]
    head += ["bytes / rate + delay s", "requests", "MB", "proxy's processor s"]
    lines = [head, ["---"] * len(head), *(_row(found, name) for name in found[0])]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return "\n\n".join([_how(len(found)), table])


def _how(count: int) -> str:
    return (
        f"Whole processes, medians of {count} rounds in which the sides take turns; the ratio is"
        " the median of the ratios within the rounds.\n"
        f"Before the local S3 stands `voucher-distance`: {DELAY_MS} ms until an answer begins,"
        f" {BYTES_PER_SECOND / 1e6:.0f} MB/s for all connections together, objects from memory.\n"
        "Transfer: `voucher-distance fetch` reads as many bytes through it in ranges of 8 MiB, 8"
        " under way, and throws them away.\n"
        "The proxy runs on the cores that the ETL runs on, so its processor time is in the ETL's"
        " time at a distance and not in that on the local file."
    )


def _row(found: list[dict[str, Round]], name: str) -> list[str]:
    rounds_ = [inputs[name] for inputs in found]
    ratio = _ratio(found, name)
    return [
        f"`{name}`",
        f"{middle(rounds_, lambda one: one.local_s):.2f}",
        f"{middle(rounds_, lambda one: one.transfer_s):.2f}",
        f"{middle(rounds_, lambda one: one.away_s):.2f}",
        f"{ratio:.2f}",
        "yes" if ratio <= RATIO_MAX else "**no**",
        f"{middle(rounds_, lambda one: one.floor_s):.2f}",
        f"{middle(rounds_, lambda one: one.requests):.0f}",
        f"{middle(rounds_, lambda one: one.bytes) / 1e6:.1f}",
        f"{middle(rounds_, lambda one: one.proxy_cpu_s):.2f}",
    ]


def _ratio(found: list[dict[str, Round]], name: str) -> float:
    return middle([inputs[name] for inputs in found], lambda one: one.ratio)


def main() -> None:
    """Measures this part alone, prints the section, and writes it to a document if one is named."""
    options = _options()
    files = [file.resolve() for file in options.files]
    if len({file.name for file in files}) < len(files):
        raise Failure("two of the files have the same name")
    about = machine.measured_by("bench/etl/distance/run")
    found = []
    for one in rounds(options.etl, options.distance, files, options.state, options.rounds):
        found.append(one)
        print(f"S3 at distance, round {len(found)}: {one}", file=sys.stderr)
    name, measured, is_met = aim(found)
    verdict = f"The aim is {name}; measured: {measured}; {'met' if is_met else '**not met**'}."
    text = "\n\n".join([about, verdict, section(found)])
    if options.docs:
        replace_section(options.docs, "S3 at distance", text)
    print(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("etl", "distance", "state"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    as_command(main)
