"""Holds docker-compose.yml to what it promises: `check_compose.py FILE`, where FILE is what
`docker compose --profile '*' config --format json` makes of it."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import dockerfile

ROOT = Path(__file__).resolve().parents[2]
LOCALSTACK = "localstack/localstack:4.14.0"
PINNED = re.compile(r"[a-z0-9./-]+:\d+\.\d+\.\d+")
DOCKERFILES = ("infra/containers/Dockerfile", "cluster/Dockerfile")
# The one service that is not ours to lock up, and why is said there.
FREE = {"localstack"}


def problems_of_service(name: str, service: dict, stages: dict[str, set[str]]) -> Iterator[str]:
    """Yields what one service lacks."""
    for port in service.get("ports", []):
        if port.get("host_ip") != "127.0.0.1":
            yield f"port {port['target']} is published on {port.get('host_ip', 'all addresses')}"
    build = service.get("build")
    if build is None:
        if not PINNED.fullmatch(service["image"]):
            yield f"image {service['image']} has no version"
        if name not in FREE and service.get("user") in (None, "root", "0"):
            yield "it runs as root"
    elif not (ROOT / build["dockerfile"]).is_file() or build["target"] not in stages:
        yield f"{build['dockerfile']} has no stage {build['target']}"
    elif "USER" not in stages[build["target"]]:
        yield f"stage {build['target']} runs as root"
    if name in FREE:
        return
    if service.get("read_only") is not True:
        yield "its file system can be written to"
    if service.get("cap_drop") != ["ALL"]:
        yield "it keeps capabilities"
    if service.get("security_opt") != ["no-new-privileges:true"]:
        yield "it may gain privileges"
    if service.get("privileged") or service.get("network_mode") or service.get("cap_add"):
        yield "it is privileged"


def problems_of_config(config: dict) -> Iterator[str]:
    """Yields what is wrong, each with the service's name."""
    services = config["services"]
    stages: dict[str, set[str]] = {}
    stage = ""
    for file in DOCKERFILES:
        for step in dockerfile.instructions((ROOT / file).read_text()):
            if step.name == "FROM":
                stage = step.rest.split()[2]
            if stage:
                stages.setdefault(stage, set()).add(step.name)
    for name, service in services.items():
        for problem in problems_of_service(name, service, stages):
            yield f"{name}: {problem}"
        for other, dependency in service.get("depends_on", {}).items():
            lasting = dependency["condition"] == "service_healthy"
            if lasting and "healthcheck" not in services[other]:
                yield f"{name}: waits for {other} to be healthy, which has no health check"
    if services["localstack"]["image"] != LOCALSTACK:
        yield f"localstack: it is not {LOCALSTACK}"
    for name, service in services.items():
        # What serves says whether it does; what is run once does not.
        serves = bool(service.get("ports"))
        checked = "healthcheck" in service or "HEALTHCHECK" in stages.get(
            service.get("build", {}).get("target", ""), set()
        )
        if serves and not checked:
            yield f"{name}: it serves and has no health check"
    started = {name for name, service in services.items() if not service.get("profiles")}
    if started != {"localstack", "sample", "api"}:
        yield f"docker compose up starts {sorted(started)}"


def main() -> None:
    """Checks the file that the arguments name."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: check_compose.py FILE")
    config = json.loads(Path(sys.argv[1]).read_text())
    if problems := list(problems_of_config(config)):
        sys.exit("\n".join(f"error: docker-compose.yml: {problem}" for problem in problems))
    print(f"docker-compose.yml: {', '.join(sorted(config['services']))}")


if __name__ == "__main__":
    main()
