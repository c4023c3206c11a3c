"""The servers of the benchmark: a MiniStack with two published tables, and functions and listeners
that read them."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import events
from processes import Failure, Process, cores, free_port, listens, pinned, run, running

REPOSITORY = Path(__file__).resolve().parents[2]
LOCALSTACK = REPOSITORY / "localstack"
INSTALL = REPOSITORY / "scripts/install"
PEER = REPOSITORY / "bench/api/peer"
PEER_HTTP = REPOSITORY / "bench/api/peer_http"

SAMPLE_ROWS = 200_000
SAMPLE_SEED = 7
STEP_WITHIN_S = 120

TABLE = "voucher-segments"
TABLE_MANY = "voucher-segments-many"
COUNTRY = "Peru"

INVOKE = "/2015-03-31/functions/function/invocations"
_LISTENS = re.compile(r"listening on http://127\.0\.0\.1:(\d+)")
_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")


@dataclass
class Stack:
    """A MiniStack with published tables."""

    port: int
    server: Process
    state: Path
    # Every country of the history.
    countries: list[str]
    # By port.
    listeners: dict[int, Process] = field(default_factory=dict)

    def environment(self, table: str, **more: str) -> dict[str, str]:
        """Returns the environment of a program that reads a table."""
        return _environment(self.port) | {"TABLE_NAME": table} | more

    @contextmanager
    def function(
        self, command: list[str | Path], settings: dict[str, str]
    ) -> Iterator[tuple[Process, int]]:
        """Runs a Lambda function under the emulator; yields its process and the port for events."""
        server, _ = cores()
        port = free_port()
        # The emulator runs in the peer's folder, where Python finds the handler.
        emulator = [LOCALSTACK / "env", LOCALSTACK / "emulator", port, free_port(), *command]
        python = {"PYTHONPATH": str(PEER), "PYTHONDONTWRITEBYTECODE": "1"}
        environment = self.environment(TABLE, **python, **settings)
        with running(pinned(server, emulator), self.state / "function.log", environment) as process:
            process.wait_until(lambda: listens(port), "listening emulator")
            yield process, port

    @contextmanager
    def listener(self, api: Path, table: str, lines: Path, **settings: str) -> Iterator[int]:
        """Runs the plain listener, which logs requests to `lines`; yields its port."""
        server, _ = cores()
        command = pinned(server, [LOCALSTACK / "env", api, "--listen", "127.0.0.1:0"])
        environment = self.environment(table, **settings)
        with running(command, self.state / "listener.log", environment, lines) as process:
            found = process.wait_until(lambda: _LISTENS.search(process.text()), "address")
            port = int(found[1])
            self.listeners[port] = process
            yield port

    def listener_pid(self, port: int) -> int:
        """Returns the process id of the listener at a port."""
        return self.listeners[port].child.pid

    @contextmanager
    def peer(self, python: Path) -> Iterator[int]:
        """Runs the peer of the listener on the same core; yields its port."""
        server, _ = cores()
        port = free_port()
        options = ["--port", port, "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
        command = [LOCALSTACK / "env", python, "-B", "-m", "uvicorn", "app:app", *options]
        environment = self.environment(TABLE) | {"PYTHONPATH": str(PEER_HTTP)}
        log = self.state / "peer.log"
        with running(pinned(server, command), log, environment) as process:
            process.wait_until(lambda: listens(port), "listening peer")
            yield port


def init_ms(function: Process) -> float:
    """Returns a function's start time, as reported by the emulator."""
    return float(function.wait_until(lambda: _INIT.search(function.text()), "INIT REPORT")[1])


@contextmanager
def started(etl: Path, state: Path) -> Iterator[Stack]:
    """Starts a MiniStack, publishes both tables, and stops it at the end of the block."""
    _, load = cores()
    # Removes what earlier benchmarks published.
    shutil.rmtree(state / "ministack", ignore_errors=True)
    state.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = _environment(port)
    server = pinned(load, [LOCALSTACK / "ministack", port, state / "ministack"])
    with running(server, state / "ministack.log", environment) as process:
        process.wait_until(lambda: listens(port), "listening MiniStack")
        yield Stack(port, process, state, _publish(etl, state, environment))


def _publish(etl: Path, state: Path, environment: dict[str, str]) -> list[str]:
    """Makes the history and publishes it by the default rules and by `many_rules`."""
    sample, rules = state / "sample.parquet", state / "many.toml"
    rules.write_text(events.many_rules())
    make = ["sample", "--rows", SAMPLE_ROWS, "--seed", SAMPLE_SEED, "--out", sample]
    run([etl, *make], environment, STEP_WITHIN_S)
    local = LOCALSTACK / "env"
    python = run([INSTALL], environment, STEP_WITHIN_S).strip()
    for table in (TABLE, TABLE_MANY):
        seed = [local, python, "-B", LOCALSTACK / "seed.py", "--table", table]
        run(seed, environment, STEP_WITHIN_S)
    publish = [local, etl, "run", "--s3path", sample, "--format", "json", "--table"]
    report = json.loads(run([*publish, TABLE], environment, STEP_WITHIN_S))
    many = ["--rules", rules, "--country", COUNTRY]
    run([*publish, TABLE_MANY, *many], environment, STEP_WITHIN_S)
    countries = [country["country"] for country in report["countries"]]
    if COUNTRY not in countries:
        raise Failure(f"the sample has {countries}, but not {COUNTRY}")
    return countries


def _environment(port: int) -> dict[str, str]:
    """Returns our environment without variables of AWS and Python, and with the endpoint."""
    left_out = ("AWS_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return kept | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
