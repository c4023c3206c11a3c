"""The default rules for peers: the codes of numbers, read from crates/segments/rules.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parents[3] / "crates/segments/rules.toml"
# The codes of a value outside every bucket, and of unusual text.
OUTSIDE = -1
UNUSUAL = -2


@dataclass
class Segment:
    """One segment of the rules."""

    name: str
    labels: list[str]
    # The end of each code, ascending; a value has the code of the first end above it.
    steps: list[tuple[int, int]]
    # The code above all of them.
    last: int

    def label(self, code: int) -> str:
        """Returns the bucket's label, or the exports' name for a value outside every bucket."""
        return "Unknown" if code == OUTSIDE else self.labels[code]

    def sql(self, value: str, usual: str = "") -> str:
        """Returns the SQL for the code of a value; null is unusual unless `usual` handles it first."""
        ends = " ".join(f"WHEN {value} < {end} THEN {code}" for end, code in self.steps)
        return f"CASE {ends} WHEN {value} IS NOT NULL THEN {self.last} {usual} ELSE {UNUSUAL} END"


def _segment(segment: dict, below_first: int) -> Segment:
    steps: list[tuple[int, int]] = []
    end, last = None, OUTSIDE
    for code, bucket in enumerate(segment["buckets"]):
        if end is None or bucket["from"] > end:
            steps.append((bucket["from"], below_first if end is None else OUTSIDE))
        end = bucket.get("below")
        if end is None:
            last = code
        else:
            steps.append((end, code))
    return Segment(segment["name"], [bucket["label"] for bucket in segment["buckets"]], steps, last)


_MEASURES = {segment["measure"]: segment for segment in tomllib.loads(FILE.read_text())["segment"]}
# Orders are never negative; days are if an event is dated before its last order.
ORDERS = _segment(_MEASURES["total_orders"], UNUSUAL)
RECENCY = _segment(_MEASURES["days_since_last_order"], OUTSIDE)
