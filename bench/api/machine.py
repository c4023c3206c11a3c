"""The machine and the versions of a measurement, as text."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from stack import REPOSITORY

GIB = 1 << 30


def measured_by(command: str) -> str:
    """Returns date, commit, command and machine of a measurement."""
    cpu = _first(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    kernel = _first(r"([0-9]+\.[0-9]+)", platform.release())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} at commit `{_commit()}` by `{command}`,"
        f" on {os.cpu_count()} cores of {cpu}, {memory:.0f} GiB, Linux {kernel};"
        f" load average at the start {os.getloadavg()[0]:.1f}."
    )


def versions() -> list[str]:
    """Returns the versions that all benchmarks of this folder share."""
    sam_cli = _first(r"SAM_CLI=(\S+)", (REPOSITORY / "localstack/emulator").read_text())
    return [
        _printed("rustc", "--version").split(" (")[0],
        f"MiniStack {_pinned('localstack/requirements.txt', 'ministack')}",
        f"the emulator of aws-sam-cli {sam_cli}",
    ]


def wrk_version() -> str:
    """Returns wrk's version, which wrk prints with exit code 1."""
    done = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False)
    return "wrk " + _first(r"^wrk \S*?([0-9][0-9.]*)", done.stdout)


def peer_versions(python: Path) -> list[str]:
    """Returns the peer's versions."""
    requirements = "bench/api/peer/requirements.txt"
    printed = _printed(python, "-c", "import platform; print(platform.python_version())")
    packages = [f"{name} {_pinned(requirements, name)}" for name in ("awslambdaric", "boto3")]
    requirements = "bench/api/peer_http/requirements.txt"
    packages += [f"{name} {_pinned(requirements, name)}" for name in ("fastapi", "uvicorn")]
    return [f"Python {printed}", *packages]


def _commit() -> str:
    # Benchmarks write to these files, so their changes do not count.
    sources = [".", ":!docs/benchmarks.md", ":!docs/scale.md"]
    changed = _printed("git", "status", "--porcelain", "--untracked-files=no", "--", *sources)
    return _printed("git", "rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def _pinned(requirements: str, package: str) -> str:
    return _first(rf"(?m)^{package}==(\S+)", (REPOSITORY / requirements).read_text())


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1] if match else "unknown"


def _printed(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    return done.stdout.strip()
