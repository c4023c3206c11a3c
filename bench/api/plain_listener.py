"""Rounds of the plain listener: hits, a pointer due with each request, items not in memory.

The same rounds time the round trip to the same MiniStack: prepared `GetItem` requests, sent by the
same client.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import events
import wrk
from connection import Connection, post
from measure import Times, alternating, quantile
from processes import Failure
from request_lines import NOWHERE, RequestLines
from stack import COUNTRY, REPOSITORY, TABLE, TABLE_MANY, Stack

ROUTE = "/voucher"
# Enough to keep the one core of the server busy.
CONNECTIONS = 16
GET_ITEM = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.GetItem",
    # MiniStack checks no signature; it reads the account and the region here.
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request",
}


@dataclass
class Reads:
    """The listener's reads: their number per request, and the median of their times."""

    most: int
    mean: float
    p50_ms: float

    @classmethod
    def of(cls, requests: list[list[float]]) -> "Reads":
        """Returns the reads of requests, given the milliseconds of each one's reads."""
        times = [ms for reads in requests for ms in reads]
        middle = quantile(times, 0.5) if times else 0
        return cls(max(map(len, requests)), len(times) / len(requests), middle)


@dataclass
class Loads:
    """One round of wrk."""

    hit: wrk.Load
    hit_busy: wrk.Load
    pointer_due: wrk.Load
    get_item: wrk.Load
    # Of the requests of `pointer_due`.
    reads: Reads


@dataclass
class Items:
    """One round over many items: each is asked twice, first without it in memory, then with it."""

    miss: Times
    hit: Times
    get_item: Times
    # Of the misses.
    reads: Reads


def load_rounds(stack: Stack, api: Path, seconds: int, number: int) -> Iterator[Loads]:
    """Yields wrk's results of each round, with every bucket of every country in turn."""
    bodies, pointers = stack.state / "events.txt", stack.state / "pointers.txt"
    rules = REPOSITORY / "crates/segments/rules.toml"
    by_country = [events.one_a_bucket(rules, country) for country in stack.countries]
    customers = [line for lines in by_country for line in lines]
    bodies.write_text("".join(f"{line}\n" for line in customers))
    keys = [_get_item(TABLE, country, "current") for country in stack.countries]
    pointers.write_text("".join(f"{line}\n" for line in keys))
    lines = RequestLines(stack.state / "pointer-due.jsonl")

    with ExitStack() as servers:
        hits = servers.enter_context(stack.listener(api, TABLE, NOWHERE))
        due = stack.listener(api, TABLE, lines.file, POINTER_REFRESH_SECONDS="0")
        due = servers.enter_context(due)
        for port in (hits, due):
            with Connection(port) as connection:
                connection.times(post(ROUTE, line) for line in customers)
        lines.reads(len(customers))
        loads = {
            "hit": lambda: wrk.load(hits, ROUTE, bodies, 1, seconds),
            "hit_busy": lambda: wrk.load(hits, ROUTE, bodies, CONNECTIONS, seconds),
            "pointer_due": lambda: wrk.load(due, ROUTE, bodies, 1, seconds),
            "get_item": lambda: wrk.load(stack.port, "/", pointers, 1, seconds, GET_ITEM),
        }
        for round_number in range(number):
            names = alternating(round_number, list(loads))
            measured = {name: loads[name]() for name in names}
            yield Loads(**measured, reads=Reads.of(lines.reads(measured["pointer_due"].requests)))


def item_rounds(stack: Stack, api: Path, number: int) -> Iterator[Items]:
    """Yields one client's results of each round, with a fresh listener."""
    first, *requests = [post(ROUTE, event) for event in events.one_a_number(COUNTRY)]
    for _ in range(number):
        lines = RequestLines(stack.state / "items.jsonl")
        listener = stack.listener(api, TABLE_MANY, lines.file)
        with listener as port, Connection(port) as connection:
            # The first request reads the pointer, which is not due again in this round.
            _, answer = connection.ask(first)
            run_id = json.loads(answer)["run_id"]
            miss = connection.times(requests)
            hit = connection.times(requests)
            _, *reads = lines.reads(1 + 2 * len(requests))
        of_misses, of_hits = reads[: len(requests)], reads[len(requests) :]
        if any(of_hits):
            raise Failure("an item that is in memory was read again")
        with Connection(stack.port) as connection:
            keys = [f"{run_id}#{events.MANY_SEGMENT}#{n}" for n in range(1, events.MANY_BUCKETS)]
            bodies = [_get_item(TABLE_MANY, COUNTRY, key) for key in keys]
            get_item = connection.times(post("/", body, GET_ITEM) for body in bodies)
        yield Items(Times.of(miss), Times.of(hit), Times.of(get_item), Reads.of(of_misses))


def _get_item(table: str, country: str, item: str) -> str:
    key = {"country_code": {"S": country.lower()}, "item": {"S": item}}
    return json.dumps({"TableName": table, "Key": key})
