"""The inputs: histories by `voucher-etl sample`, each made once."""

import subprocess
import sys
from pathlib import Path

SEED = 7
CODECS = ("gzip", "snappy", "zstd")


def sample(programs: Path, state: Path, rows: int, codec: str) -> Path:
    """Returns the history of so many rows; makes it if missing."""
    file = state / "etl" / f"{rows}-{codec}-{SEED}.parquet"
    if not file.is_file():
        print(f"making {file.name}", file=sys.stderr)
        file.parent.mkdir(parents=True, exist_ok=True)
        made = ["--rows", str(rows), "--seed", str(SEED), "--codec", codec, "--out", str(file)]
        subprocess.run([programs / "voucher-etl", "sample", *made], check=True)
    return file
