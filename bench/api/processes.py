"""Child processes of the benchmark: starts them on a core with a log file, stops them by id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

READY_WITHIN_S = 60
READY_POLL_S = 0.002
STOP_WITHIN_S = 15
LOG_TAIL_CHARS = 2000

T = TypeVar("T")


class Failure(Exception):
    """A failure that ends the benchmark with one message."""


@dataclass
class Process:
    """A running child."""

    child: subprocess.Popen
    log: Path

    def text(self) -> str:
        """Returns its output so far."""
        return self.log.read_text(errors="replace")

    def wait_until(self, found: Callable[[], T | None], what: str) -> T:
        """Polls `found` and returns what it finds; fails if the process ends or time is up."""
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline:
            if (answer := found()) is not None:
                return answer
            if self.child.poll() is not None:
                break
            time.sleep(READY_POLL_S)
        raise Failure(f"no {what} from {self.child.args}:\n{self.text()[-LOG_TAIL_CHARS:]}")


def cores() -> tuple[int, int]:
    """Returns the core of the server and the core of the load."""
    first, second, *_ = sorted(os.sched_getaffinity(0))
    return first, second


def pinned(core: int, command: list[str | Path]) -> list[str]:
    """Returns the command pinned to one core, without a process between."""
    return ["taskset", "--cpu-list", str(core), *map(str, command)]


@contextmanager
def running(
    command: list[str], log: Path, environment: dict[str, str], stdout: Path | None = None
) -> Iterator[Process]:
    """Runs a command during the block and stops it however the block ends.

    Its stderr goes to `log`, and its stdout too unless that has a file of its own."""
    with log.open("wb") as errors, (stdout or log).open("ab") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment
        )
    try:
        yield Process(child, log)
    finally:
        child.terminate()
        try:
            child.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def run(command: list[str | Path], environment: dict[str, str], within_s: float) -> str:
    """Runs a command to its end and returns its output."""
    done = subprocess.run(
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
        timeout=within_s,
        check=False,
    )
    if done.returncode != 0:
        raise Failure(f"{done.args} ended with {done.returncode}:\n{done.stderr[-LOG_TAIL_CHARS:]}")
    return done.stdout


def free_port() -> int:
    """Returns a free port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool | None:
    """Returns whether something listens on the port, for `wait_until`."""
    with socket.socket() as probe:
        return True if probe.connect_ex(("127.0.0.1", port)) == 0 else None


def as_command(main: Callable[[], None]) -> None:
    """Runs a benchmark: prints a failure as one message, and stops its servers on SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}")
