"""Counts requests by the lines that the API wrote about them; fails if there are too few, or any
that the API failed to answer.

Usage: tally.py LINES WANTED
"""

import json
import sys
from collections import Counter
from pathlib import Path

SERVER_ERROR = 500


def main() -> None:
    lines, wanted = Path(sys.argv[1]), int(sys.argv[2])
    counts: Counter[tuple[str, str, int]] = Counter()
    failed = []
    with lines.open(encoding="utf-8") as requests:
        for line in requests:
            request = json.loads(line)
            # Methods that a route does not take are many and all alike.
            method = request["method"] if request["status"] != 405 else "other"
            counts[request["route"], method, request["status"]] += 1
            if request["status"] >= SERVER_ERROR:
                failed.append(line)
    for (route, method, status), count in sorted(counts.items()):
        print(f"{count:>9,}  {status} {method:<6} {route}")
    print(f"{counts.total():>9,}  requests")
    for line in failed[:10]:
        print(f"error: the API failed: {line}", file=sys.stderr, end="")
    if counts.total() < wanted:
        print(f"error: {counts.total()} requests were made, not {wanted}", file=sys.stderr)
    sys.exit(bool(failed) or counts.total() < wanted)


main()
