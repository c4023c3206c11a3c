"""The default rules as a peer needs them: which code a number gets, read from crates/segments/rules.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parents[3] / "crates/segments/rules.toml"
# The code of a value outside every bucket, and of one that is not written as usual.
OUTSIDE = -1
UNUSUAL = -2


@dataclass
class Segment:
    """One segment of the rules."""

    name: str
    labels: list[str]
    # Where each code ends, ascending: the first step whose end lies above the value has its code.
    steps: list[tuple[int, int]]
    # The code above all of them.
    last: int

    def label(self, code: int) -> str:
        """Returns the bucket's label, or what the exports call a value outside every bucket."""
        return "Unknown" if code == OUTSIDE else self.labels[code]

    def sql(self, value: str, usual: str = "") -> str:
        """Returns the SQL for the code of a value; null is unusual, unless `usual` has it first."""
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
# No usual number of orders is negative; days are where an event is dated before its last order.
ORDERS = _segment(_MEASURES["total_orders"], UNUSUAL)
RECENCY = _segment(_MEASURES["days_since_last_order"], OUTSIDE)
