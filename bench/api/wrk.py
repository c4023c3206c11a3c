"""Runs wrk and returns its results."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from processes import Failure, cores, pinned, run

SCRIPT = Path(__file__).with_name("wrk.lua")
# Extra time to start and to wait for the last answers.
GRACE_S = 30


@dataclass
class Load:
    """Times of all requests of a run, and requests per second."""

    p50_us: float
    p99_us: float
    per_second: float
    requests: int


def load(
    port: int,
    path: str,
    bodies: Path,
    connections: int,
    seconds: int,
    headers: dict[str, str] | None = None,
    are_refused: bool = False,
) -> Load:
    """Posts the lines of `bodies` in turn, each connection one request at a time. All are answered
    below 400, or, where they are to be refused, all above."""
    _, core = cores()
    command = ["wrk", "--threads", 1, "--connections", connections, "--duration", f"{seconds}s"]
    command += ["--script", SCRIPT, f"http://127.0.0.1:{port}{path}", "--", bodies]
    command += [f"{name}: {value}" for name, value in (headers or {}).items()]
    printed = run(pinned(core, command), dict(os.environ), seconds + GRACE_S)
    result = json.loads(printed.strip().splitlines()[-1])
    failed, refused = result.pop("failed"), result.pop("refused")
    expected = result["requests"] if are_refused else 0
    if failed or refused != expected or not result["requests"]:
        counts = f"{failed} failed and {refused} were refused of {result['requests']}"
        raise Failure(f"wrk: {counts} requests to {path}")
    return Load(**result)
