"""Compares a peer's answer with ours: all counts of all buckets, `Unknown` too, and all rejects."""

import csv
import tempfile
from pathlib import Path
from urllib.parse import unquote

from contenders import Contenders
from processes import Failure

SUFFIX = "_counts.csv"
DIFFERENCES_SHOWN_MAX = 10


def ours(contenders: Contenders, file: Path, country: str | None) -> dict:
    """Returns our answer in the form of the peers'."""
    with tempfile.TemporaryDirectory() as folder:
        report = contenders.exported(file, country, Path(folder))
        counts = {}
        for exported in Path(folder).glob(f"*{SUFFIX}"):
            name = unquote(exported.name.removesuffix(SUFFIX)).strip().lower()
            with exported.open(newline="") as rows:
                for row in csv.DictReader(rows):
                    key = (name, row["segment"], row["bucket"], row["voucher_amount"])
                    counts[key] = int(row["count"])
    rejected = {name: segment["rejected"] for name, segment in report["segments"].items()}
    return {"counts": counts, "rejected": _without_zeros(rejected)}


def compare(who: str, file: Path, country: str | None, expected: dict, printed: dict) -> None:
    """Fails with the first differences if a peer's counts differ."""
    counts = {tuple(key): events for *key, events in printed["counts"]}
    found = {"counts": counts, "rejected": _without_zeros(printed["rejected"])}
    if found == expected:
        return
    keys = counts.keys() | expected["counts"].keys()
    differences = [
        f"{key}: {counts.get(key)} where we have {expected['counts'].get(key)}"
        for key in sorted(keys)
        if counts.get(key) != expected["counts"].get(key)
    ]
    shown = "\n".join(differences[:DIFFERENCES_SHOWN_MAX])
    rejects = f"{found['rejected']} where we have {expected['rejected']}"
    what = f"{who} counts {file.name} otherwise, for {country or 'all countries'}"
    raise Failure(f"{what}:\n{shown}\nrejects: {rejects}")


def _without_zeros(rejected: dict) -> dict:
    return {
        name: {reason: events for reason, events in reasons.items() if events}
        for name, reasons in rejected.items()
    }
