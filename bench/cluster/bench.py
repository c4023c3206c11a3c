"""Times voucher-etl, DataFusion in one process, and a cluster of two executors on the same files, and
writes the results to docs/scale.md: `bench/cluster/run`.

All three must give the same result_hash before anything is timed.
"""

import argparse
import json
import os
import subprocess
import time
from pathlib import Path

from document import replace_section
from machine import measured_by
from measure import alternating, middle

ROOT = Path(__file__).resolve().parents[2]
HEADING = "Measured"
ETL, ENGINE, CLUSTER = "voucher-etl", "DataFusion in one process", "cluster of two executors"
VERIFIED = "the cluster, a sample of two files verified"
SIDES = [ETL, ENGINE, CLUSTER, VERIFIED]
ENDS_WITHIN_S = 3_600


def lines(programs: Path, scheduler: str, folder: Path) -> dict[str, list[str | Path]]:
    """Returns the command line of each side."""
    asked: list[str | Path] = ["--s3path", folder, "--dry-run", "--format", "json"]
    engine: list[str | Path] = [programs / "voucher-etl-cluster", "run", *asked]
    alone = "--no-verify-sample"
    return {
        ETL: [programs / "voucher-etl", "run", *asked],
        ENGINE: [*engine, alone],
        CLUSTER: [*engine, alone, "--scheduler", scheduler],
        VERIFIED: [*engine, "--scheduler", scheduler],
    }


def run(line: list[str | Path]) -> tuple[float, dict]:
    """Runs a command; returns its time and its report."""
    start = time.monotonic()
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=ENDS_WITHIN_S)
    seconds = time.monotonic() - start
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, line))} ended with {done.returncode}: {done.stderr}")
    return seconds, json.loads(done.stdout)


def history(programs: Path, state: Path, rows: int, files: int) -> Path:
    """Makes a history of so many rows in so many files, unless it exists."""
    folder = state / f"{rows}-rows-{files}-files"
    if not folder.is_dir():
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        for number in range(files):
            options = ["--rows", str(rows // files), "--seed", str(number + 1), "--codec", "snappy"]
            out = part / f"part-{number:05}.parquet"
            subprocess.run([programs / "voucher-etl", "sample", *options, "--out", out], check=True)
        part.rename(folder)
    return folder


def measured(programs: Path, scheduler: str, folder: Path, rounds: int) -> dict[str, list[float]]:
    """Returns the seconds of each side, round by round."""
    commands = lines(programs, scheduler, folder)
    hashes = {side: run(line)[1]["result_hash"] for side, line in commands.items()}
    if len(set(hashes.values())) != 1:
        raise SystemExit(f"they do not count the same: {hashes}")
    seconds: dict[str, list[float]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in alternating(number, SIDES):
            seconds[side].append(run(commands[side])[0])
    return seconds


def section(about: str, rows: int, rounds: int, found: dict[int, dict[str, list[float]]]) -> str:
    """Returns the results as Markdown."""
    cores = os.cpu_count() or 1
    text = [
        about,
        f"Inputs: {rows:,} rows of `voucher-etl sample` in snappy pages, cut into 10 to 1,000 files, all"
        " in the page cache.",
        f"Each figure is the median of {rounds} rounds in which the sides take turns, process start and"
        f" end included; rows per second per core are those of {cores} cores.",
        "Client, scheduler and executors share the cores, so this is what a cluster costs and not what"
        " it gains.",
        "Every side gave the same `result_hash` before it was timed.",
        "",
        "| files | side | seconds | rows/s per core | times voucher-etl's seconds |",
        "| --- | --- | --- | --- | --- |",
    ]
    for files, seconds in found.items():
        ours = middle(seconds[ETL], float)
        for side in SIDES:
            took = middle(seconds[side], float)
            text.append(
                f"| {files:,} | {side} | {took:.2f} | {rows / took / cores:,.0f} | {took / ours:.1f} |"
            )
    return "\n".join(text)


def main() -> None:
    """Measures, then writes the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--scheduler", required=True)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--files", type=lambda text: [int(each) for each in text.split(",")], default=[10, 100, 1_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, default=ROOT / "docs/scale.md")
    asked = parser.parse_args()
    about = measured_by("make bench-cluster")
    found = {}
    for files in asked.files:
        folder = history(asked.programs, asked.state, asked.rows, files)
        found[files] = measured(asked.programs, asked.scheduler, folder, asked.rounds)
    replace_section(asked.write, HEADING, section(about, asked.rows, asked.rounds, found))


main()
