"""Counts requests by the lines that the API wrote about them; fails if there are too few, if the
API failed to answer any, or if a path of the document was never asked.

Usage: tally.py LINES WANTED DOCUMENT
"""

import json
import sys
from collections import Counter
from pathlib import Path

SERVER_ERROR = 500
METHOD_NOT_ALLOWED = 405
BASES = ("", "/v1")
SHOWN_MAX = 10


def faults(counts: Counter[tuple[str, str, int]], wanted: int, document: dict) -> list[str]:
    """Returns what is wrong with so many requests of each route, method and status."""
    found = []
    failed = sum(count for (_, _, status), count in counts.items() if status >= SERVER_ERROR)
    if failed:
        found.append(f"the API failed to answer {failed} requests")
    if counts.total() < wanted:
        found.append(f"{counts.total()} requests were made, not {wanted}")
    asked = {route for route, _, _ in counts}
    paths = [base + path for base in BASES for path in document["paths"]]
    return found + [f"{path} was never asked" for path in paths if path not in asked]


def main() -> None:
    lines, wanted, document = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    counts: Counter[tuple[str, str, int]] = Counter()
    failed = []
    with lines.open(encoding="utf-8") as requests:
        for line in requests:
            request = json.loads(line)
            status = request["status"]
            # Methods that a route does not take are many and all alike.
            method = "other" if status == METHOD_NOT_ALLOWED else request["method"]
            counts[request["route"], method, status] += 1
            if status >= SERVER_ERROR and len(failed) < SHOWN_MAX:
                failed.append(line)
    for (route, method, status), count in sorted(counts.items()):
        print(f"{count:>9,}  {status} {method:<6} {route}")
    print(f"{counts.total():>9,}  requests")
    found = faults(counts, wanted, json.loads(document.read_text(encoding="utf-8")))
    print(*failed, *(f"error: {fault}\n" for fault in found), sep="", end="", file=sys.stderr)
    sys.exit(bool(found))


main()
