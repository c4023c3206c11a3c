"""The sides of the benchmark, each a process: its command, and its output."""

import json
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from processes import LOG_TAIL_CHARS, Failure

PEERS = Path(__file__).parent / "peers"
OURS = "voucher-etl"
FLOOR = "the floor"
SPARK = "PySpark"
PEER_FILES = {
    "DuckDB": "peer_duckdb.py",
    "Polars": "peer_polars.py",
    "DataFusion": "peer_datafusion.py",
    "chDB": "peer_chdb.py",
    SPARK: "peer_pyspark.py",
}
POLL_S = 0.02
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Times:
    """One process: its wall time, its engine's own times, its peak memory with its children."""

    process_s: float
    engine_s: list[float]
    peak_bytes: int

    def to_json(self) -> dict:
        """Returns the form that is kept."""
        return asdict(self)


@dataclass
class Contenders:
    """The places of the binaries and the peers."""

    programs: Path
    peers_python: Path

    def run(
        self, who: str, file: Path, country: str | None, threads: int = 2, repeat: int = 1
    ) -> tuple[Times, dict]:
        """Runs one process to its end; returns its times and its output."""
        command = self._command(who, file, country, threads, repeat)
        process_s, peak_bytes, printed = _timed(command)
        if who == OURS:
            engine_s = [printed["timings_ms"]["total"] / 1e3]
        elif who == FLOOR:
            engine_s = [printed["seconds"]]
        else:
            engine_s = printed["seconds"]
        return Times(process_s, engine_s, peak_bytes), printed

    def by_statement(self, statement: Path, file: Path) -> dict:
        """Returns PySpark's counts for a statement of voucher-etl-cluster."""
        script = PEERS / "statement_pyspark.py"
        return _timed([str(self.peers_python), "-B", str(script), str(statement), str(file)])[2]

    def exported(self, file: Path, country: str | None, folder: Path) -> dict:
        """Returns our run's report, and leaves its counts in a folder."""
        command = self._command(OURS, file, country, 2, 1)
        return _timed([*command, "--export", str(folder)])[2]

    def _command(
        self, who: str, file: Path, country: str | None, threads: int, repeat: int
    ) -> list[str]:
        if who == FLOOR:
            return [str(self.programs / "voucher-floor"), str(file), "--threads", str(threads)]
        chosen = ["--country", country] if country else []
        if who == OURS:
            command = [str(self.programs / "voucher-etl"), "run", "--dry-run", "--format", "json"]
            return [*command, "--threads", str(threads), "--s3path", str(file), *chosen]
        command = [str(self.peers_python), "-B", str(PEERS / PEER_FILES[who]), str(file)]
        return [*command, "--threads", str(threads), "--repeat", str(repeat), *chosen]


def _timed(command: list[str]) -> tuple[float, int, dict]:
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=log)
        # Only PySpark's children matter; the memory of others is read once, at their end.
        tree = _Tree(child.pid) if PEER_FILES[SPARK] in " ".join(command) else None
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        peak = max(usage.ru_maxrss * 1024, tree.stop() if tree else 0)
        output.seek(0)
        log.seek(0)
        if child.returncode != 0:
            tail = log.read().decode(errors="replace")[-LOG_TAIL_CHARS:]
            raise Failure(f"{command} ended with {child.returncode}:\n{tail}")
        return seconds, peak, json.loads(output.read())


class _Tree:
    """Watches the memory of a process and all its descendants until it is stopped."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._peak = 0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._run, daemon=True)
        self._watch.start()

    def stop(self) -> int:
        """Returns the largest sum seen, in bytes."""
        self._over.set()
        self._watch.join()
        return self._peak

    def _run(self) -> None:
        while not self._over.wait(POLL_S * 10):
            self._peak = max(self._peak, sum(map(_resident_bytes, _below(self._root))))


def _below(root: int) -> list[int]:
    found, left = [], [root]
    while left:
        pid = left.pop()
        found.append(pid)
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
            threads = Path(f"/proc/{pid}/task").iterdir()
            # A JVM starts its children from any of its threads.
            for thread in threads:
                children += " " + (thread / "children").read_text()
        except OSError:
            continue
        left.extend({int(child) for child in children.split()} - set(found) - set(left))
    return found


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0
