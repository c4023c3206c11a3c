"""The benchmark's requests, made from the rules, and rules with very many buckets."""

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

MANY_BUCKETS = 1000
# The segment and the measure of the rules of many buckets.
MANY_SEGMENT = "frequent_segment"
_LAST_ORDER = "days_since_last_order"


def one_a_bucket(rules: Path, country: str) -> list[str]:
    """Returns the JSON of one customer in the middle of each bucket of the rules."""
    segments = tomllib.loads(rules.read_text())["segment"]
    return [
        _event(country, segment["name"], segment["measure"], _inside(bucket))
        for segment in segments
        for bucket in segment["buckets"]
    ]


def many_rules() -> str:
    """Returns rules with a bucket for each number of orders below `MANY_BUCKETS`."""
    buckets = ",\n".join(
        f'  {{ label = "{n}", from = {n}, below = {n + 1} }}' for n in range(MANY_BUCKETS)
    )
    head = f'[[segment]]\nname = "{MANY_SEGMENT}"\nmeasure = "total_orders"\n'
    return f"{head}buckets = [\n{buckets}\n]\n"


def one_a_number(country: str) -> list[str]:
    """Returns the JSON of one customer in each bucket of `many_rules`."""
    return [_event(country, MANY_SEGMENT, "total_orders", n) for n in range(MANY_BUCKETS)]


def _inside(bucket: dict) -> int:
    below = bucket.get("below")
    return bucket["from"] + 1 if below is None else (bucket["from"] + below) // 2


def _event(country: str, segment: str, measure: str, value: int) -> str:
    days = timedelta(value if measure == _LAST_ORDER else 1)
    last_order = datetime.now(UTC) - days
    event = {
        "customer_id": 123,
        "country_code": country,
        "last_order_ts": last_order.strftime("%Y-%m-%d %H:%M:%S"),
        "first_order_ts": "2017-05-03 00:00:00",
        "total_orders": value if measure == "total_orders" else 15,
        "segment_name": segment,
    }
    return json.dumps(event)
