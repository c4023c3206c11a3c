"""What the peers share: arguments, the clock, and the answer that they make of their groups.

A peer reads the history once and groups it once: by country, amount, and the codes of the number of
orders and of the days since the last order (see rules.py). Both segments follow from these few
thousand groups. In each engine, classifying there was faster than grouping by the raw text of the
orders (60,000 groups) and classifying those.

Unusual text (a zone other than UTC, a malformed number) gets its own code. No timed input has such
text; if one has, the peer fails instead of giving a wrong answer. A peer is slightly more lenient
than voucher-etl, which checks every character of dates and times; the saving is in its favour.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal

from rules import ORDERS, RECENCY, UNUSUAL, Segment

# Length of a time without a zone, which means UTC: `2018-07-21 18:59:21.102762`.
TIMESTAMP_BYTES = 26
UTC = "+00:00"
AMOUNT_MAX = 10**12
AMOUNT_DECIMALS_MAX = 4
COUNTRY_BYTES_MAX = 128

# Country, amount, code of the orders, code of the days, events.
Group = tuple[str | None, float | None, int, int, int]
# Counts a file, for one country or for all.
Count = Callable[[str, str | None], Iterable[Group]]


def threads() -> int:
    """Returns the number of threads, for engines that need it before import."""
    return _options().threads


def run(prepare: Callable[[int], Count]) -> None:
    """Runs a peer: `prepare(threads)` returns a function that counts a file. Prints a line of JSON."""
    options = _options()
    count = prepare(options.threads)
    seconds, groups = [], []
    for _ in range(options.repeat):
        start = time.perf_counter()
        groups = list(count(options.file, options.country))
        seconds.append(time.perf_counter() - start)
    json.dump({"seconds": seconds, **folded(groups)}, sys.stdout, ensure_ascii=False)
    print()


def folded(groups: Iterable[Group]) -> dict:
    """Returns the counts of both segments, and the rejects by reason."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    rejected: dict[str, Counter[str]] = {ORDERS.name: Counter(), RECENCY.name: Counter()}
    for country, amount, orders, days, events in groups:
        reason = _bad_country(country) or _bad_amount(amount)
        for segment, code in ((ORDERS, orders), (RECENCY, days)):
            if reason:
                rejected[segment.name][reason] += events
            else:
                counts[_key(country), segment.name, _bucket(segment, code), _text(amount)] += events
    return {
        "counts": sorted([*key, events] for key, events in counts.items()),
        "rejected": {name: dict(sorted(reasons.items())) for name, reasons in rejected.items()},
    }


def _bucket(segment: Segment, code: int) -> str:
    if code == UNUSUAL:
        sys.exit(f"error: {segment.name}: the file has text that this peer does not read")
    return segment.label(code)


def _key(country: str) -> str:
    return country.strip().lower()


def _bad_country(country: str | None) -> str | None:
    key = _key(country or "")
    if not key:
        return "missing_country"
    good = len(key.encode()) <= COUNTRY_BYTES_MAX and "#" not in key and key.isprintable()
    return None if good else "bad_country"


def _bad_amount(amount: float | None) -> str | None:
    if amount is None:
        return "missing_voucher_amount"
    exact = Decimal(repr(amount))
    good = 0 < exact <= AMOUNT_MAX and exact == round(exact, AMOUNT_DECIMALS_MAX)
    return None if good else "bad_voucher_amount"


def _text(amount: float) -> str:
    text = format(Decimal(repr(amount)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--country", help="the country's key; by default all countries")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=1, help="how often to count, in one process")
    return parser.parse_args()
