"""The made-up events that every writer is given, and what a run must count of them.

The counts come from these events and `crates/segments/rules.toml`, never from a file that a writer made.
"""

import random
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

RULES = Path(__file__).parents[2] / "crates/segments/rules.toml"
ROWS = 240
AMOUNT_MAX = Decimal(10) ** 12
ORDERS_MAX = 10**9

# Marks, a blank and an apostrophe: what names of columns, folders and files have to carry.
COUNTRIES = ("Peru", "Peru", "Peru", "Perú", "Costa Rica", "Türkiye", "Côte d'Ivoire", "Namibia")
# At most six digits each, so that a single float holds them; the last is `2.64E7` to Java.
AMOUNTS = tuple(map(Decimal, ("0.0001", "0.25", "12.5", "99.9999", "1760", "2640", "26400000")))
# Both sides of every border of days, and an event before its own last order.
DAYS = (-1, 0, 29, 30, 31, 59, 60, 61, 89, 90, 91, 119, 120, 121, 179, 180, 400)
# Both sides of every border of orders.
ORDERS = (0, 1, 4, 5, 6, 13, 14, 37, 38, 120)
# Where a zone that is taken for another moves the event into the next day or the one before.
TIMES = (time(0, 0, 0, 4), time(0, 30), time(12, 0, 1, 500_000), time(23, 29, 59, 120_000), time(23, 59, 58, 102_762))


@dataclass(frozen=True)
class Event:
    """A voucher that was chosen; times are in UTC."""

    country: str | None
    moment: datetime | None
    last_order: date | None
    first_order: date | None
    orders: int | None
    amount: Decimal | None


def made_up(seed: int = 16) -> list[Event]:
    """Returns the events, the same for the same seed."""
    draw = random.Random(seed)

    def rarely_missing(value: object, one_in: int = 14) -> object | None:
        return None if draw.randrange(one_in) == 0 else value

    events = []
    for _ in range(ROWS):
        day = date(2018, 3, 1) + timedelta(days=draw.randrange(300))
        moment = datetime.combine(day, draw.choice(TIMES), UTC)
        last_order = day - timedelta(days=draw.choice(DAYS))
        # A few amounts and orders that no grammar takes: nothing was chosen, nothing was counted.
        amount = Decimal(0) if draw.randrange(40) == 0 else draw.choice(AMOUNTS)
        orders = -1 if draw.randrange(40) == 0 else draw.choice(ORDERS)
        events.append(
            Event(
                rarely_missing(draw.choice(COUNTRIES)),
                rarely_missing(moment),
                rarely_missing(last_order),
                rarely_missing(last_order - timedelta(days=draw.randrange(900))),
                rarely_missing(orders, 8),
                rarely_missing(amount),
            )
        )
    return events


def expected(events: list[Event], rules: Path = RULES) -> dict:
    """Returns the counts, by the country's shown name, and the rejects by reason of each segment."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    rejected: dict[str, Counter[str]] = {}
    shown = {_key(event.country): event.country for event in most_frequent_last(events)}
    for segment in tomllib.loads(rules.read_text(encoding="utf-8"))["segment"]:
        name = segment["name"]
        rejected[name] = Counter()
        for event in events:
            found = _reason(event) or _measured(event, segment["measure"])
            if isinstance(found, str):
                rejected[name][found] += 1
            else:
                counts[shown[_key(event.country)], name, _bucket(found, segment["buckets"]), _text(event.amount)] += 1
    return {
        "counts": sorted([*cell, events] for cell, events in counts.items()),
        "rejected": {name: dict(sorted(reasons.items())) for name, reasons in rejected.items()},
    }


def most_frequent_last(events: list[Event]) -> list[Event]:
    """Returns the events that have a country, those of the most frequent spelling last: the one that is shown."""
    spellings = Counter(event.country for event in events if event.country)
    rank = {name: (count, [-ord(letter) for letter in name]) for name, count in spellings.items()}
    return sorted((event for event in events if event.country), key=lambda event: rank[event.country])


def _key(country: str) -> str:
    """Of the names above: of two spellings that differ in a mark, one country."""
    return country.lower().replace("ú", "u").replace("ü", "u").replace("ô", "o")


def _reason(event: Event) -> str | None:
    """Returns why every segment leaves the event out."""
    if event.country is None:
        return "missing_country"
    if event.amount is None:
        return "missing_voucher_amount"
    return None if 0 < event.amount <= AMOUNT_MAX else "bad_voucher_amount"


def _measured(event: Event, measure: str) -> int | str | None:
    """Returns the measure, none for an event before its order, or why the segment leaves the event out."""
    if measure == "total_orders":
        orders = event.orders or 0
        return orders if 0 <= orders <= ORDERS_MAX else "bad_total_orders"
    if event.moment is None:
        return "missing_timestamp"
    if event.last_order is None:
        return "missing_last_order_ts"
    days = (event.moment.date() - event.last_order).days
    return days if days >= 0 else None


def _bucket(value: int | None, buckets: list[dict]) -> str:
    fitting = (b["label"] for b in buckets if value is not None and b["from"] <= value < b.get("below", value + 1))
    return next(fitting, "Unknown")


def _text(amount: Decimal) -> str:
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
