"""The peer of `voucher-api`: the same answer from a Python Lambda with boto3.

It handles the bare event as ours does, as well as plain Python can: one client and one read at
start, pointer and rules kept for 30 seconds, one `GetItem` per call. It trusts its input; every
check, limit and log line that only ours has is in its favour.
"""

import json
import os
import time
from datetime import UTC, date, datetime

import boto3
from botocore.config import Config

TABLE = os.environ.get("TABLE_NAME", "voucher-segments")
POINTER_REFRESH_S = float(os.environ.get("POINTER_REFRESH_SECONDS", "30"))

_dynamodb = boto3.client(
    "dynamodb",
    config=Config(
        connect_timeout=0.3, read_timeout=0.4, retries={"mode": "standard", "total_max_attempts": 3}
    ),
)
# Opens the connection and has the client parse an answer before the first call.
_dynamodb.query(
    TableName=TABLE,
    Limit=1,
    KeyConditionExpression="country_code = :countries",
    ExpressionAttributeValues={":countries": {"S": "#countries"}},
)

# By country: time of the pointer's read, its run, the run's segments by name.
_pointers: dict[str, tuple[float, str, dict]] = {}


def handler(event: dict, _context) -> dict:
    """Answers one bare event."""
    country = event["country_code"].strip().lower()
    run_id, segments = _pointer(country)
    segment = segments[event["segment_name"]]
    bucket = _bucket(segment, event)
    amount = None
    if bucket is not None:
        item = _get(country, f"{run_id}#{segment['name']}#{bucket}")
        amount = item["voucher_amount"].get("N")
    return {
        "statusCode": 200,
        "body": {"voucher amount": float(amount) if amount else "Not available"},
    }


def _pointer(country: str) -> tuple[str, dict]:
    """Returns the current run and its segments, from memory unless they are due."""
    now = time.monotonic()
    known = _pointers.get(country)
    if known is None or now - known[0] >= POINTER_REFRESH_S:
        item = _get(country, "current", ConsistentRead=True)
        segments = json.loads(item["rules"]["S"])["segments"]
        known = now, item["run_id"]["S"], {segment["name"]: segment for segment in segments}
        _pointers[country] = known
    return known[1], known[2]


def _bucket(segment: dict, event: dict) -> str | None:
    """Returns the label of the bucket that holds the event's value."""
    if segment["measure"] == "total_orders":
        value = int(event["total_orders"])
    else:
        last_order = date.fromisoformat(event["last_order_ts"][:10])
        value = (datetime.now(UTC).date() - last_order).days
    for bucket in segment["buckets"]:
        if bucket["from"] <= value and (bucket["below"] is None or value < bucket["below"]):
            return bucket["label"]
    return None


def _get(country: str, item: str, **options) -> dict:
    answer = _dynamodb.get_item(
        TableName=TABLE, Key={"country_code": {"S": country}, "item": {"S": item}}, **options
    )
    return answer["Item"]
