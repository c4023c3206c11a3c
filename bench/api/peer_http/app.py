"""The peer of the plain listener: the same answer from a FastAPI service with the same table in memory.

It reads all current runs when it starts, and nothing after that. FastAPI validates the fields' types;
every grammar, limit and log line that only ours has is in its favour.
"""

import json
import os
from datetime import UTC, datetime
from typing import Any

import boto3
from fastapi import FastAPI
from pydantic import BaseModel

TABLE = os.environ["TABLE_NAME"]


class Request(BaseModel):
    """A customer."""

    customer_id: int | str
    country_code: str
    last_order_ts: datetime
    first_order_ts: datetime
    total_orders: int
    segment_name: str


def _read() -> dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Returns by country: its name, the run, its segments by name, and amounts by item."""
    table = boto3.resource("dynamodb").Table(TABLE)
    items: list[dict[str, Any]] = []
    page = table.scan(ConsistentRead=True)
    items += page["Items"]
    while "LastEvaluatedKey" in page:
        page = table.scan(ConsistentRead=True, ExclusiveStartKey=page["LastEvaluatedKey"])
        items += page["Items"]
    countries = {}
    for pointer in (item for item in items if item["item"] == "current"):
        key, run_id = pointer["country_code"], pointer["run_id"]
        rules = json.loads(pointer["rules"])
        segments = {segment["name"]: segment for segment in rules["segments"]}
        prefix = f"{run_id}#"
        amounts = {
            item["item"].removeprefix(prefix): item["voucher_amount"]
            for item in items
            if item["country_code"] == key and item["item"].startswith(prefix)
        }
        # By the name as shown: what else a key leaves out is ours to know.
        name = pointer["country"]
        countries[name.casefold()] = name, run_id, segments, amounts
    return countries


COUNTRIES = _read()
app = FastAPI()


@app.post("/voucher")
async def voucher(request: Request) -> dict[str, Any]:
    """Answers one customer."""
    name, run_id, segments, amounts = COUNTRIES[request.country_code.strip().casefold()]
    segment = segments[request.segment_name]
    bucket = _bucket(segment, request)
    amount = amounts[f"{request.segment_name}#{bucket}"] if bucket is not None else None
    answer = {
        "voucher_amount": None if amount is None else float(amount),
        "customer_id": request.customer_id,
        "country_code": name,
        "segment_name": request.segment_name,
        "bucket": bucket,
        "run_id": run_id,
    }
    if amount is None:
        answer["reason"] = "no_bucket" if bucket is None else "no_data"
    return answer


def _bucket(segment: dict[str, Any], request: Request) -> str | None:
    """Returns the label of the bucket that holds the customer's value."""
    if segment["measure"] == "total_orders":
        value = request.total_orders
    else:
        value = (datetime.now(UTC).date() - request.last_order_ts.date()).days
    for bucket in segment["buckets"]:
        if bucket["from"] <= value and (bucket["below"] is None or value < bucket["below"]):
            return bucket["label"]
    return None
