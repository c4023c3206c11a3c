"""Rounds of the plain listener under `wrk`, beside a peer in Python and the round trip to the table."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import events
import wrk
from connection import Connection, post
from measure import Times, alternating, quantile
from processes import Failure, Process
from request_lines import NOWHERE, RequestLines
from stack import COUNTRY, REPOSITORY, TABLE, TABLE_MANY, Stack

ROUTE = "/voucher"
BATCH_ROUTE = "/vouchers"
BATCH_REQUESTS = 100
# Enough to keep the one core of the server busy, and as many as a load balancer may hold.
CONNECTIONS, CONNECTIONS_MANY = 16, 64
UNKNOWN_COUNTRY = "Atlantis"
MEMORY_REQUESTS = 1_000_000
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
    hit_many: wrk.Load
    peer_busy: wrk.Load
    unknown: wrk.Load
    batch: wrk.Load
    pointer_due: wrk.Load
    get_item: wrk.Load
    # Known customers, while the table takes requests and answers none.
    hung: wrk.Load
    # Of the requests of `pointer_due`.
    reads: Reads


@dataclass
class Countries:
    """One round over all countries of a fresh listener: each is asked twice."""

    first: Times
    second: Times
    # The first answer of a country with `MANY_BUCKETS`.
    many_ms: float
    get_item: Times
    # Of the first requests.
    reads: Reads


@dataclass
class Memory:
    """Resident memory of a listener after some requests, and after very many."""

    requests: int
    before_mib: float
    after_mib: float


def load_rounds(
    stack: Stack, api: Path, peer_python: Path, seconds: int, number: int
) -> Iterator[Loads]:
    """Yields wrk's results of each round, with every bucket of every country in turn."""
    customers = _customers(stack)
    bodies = _file(stack, "events.txt", customers)
    unknown = _file(stack, "unknown.txt", [_of(UNKNOWN_COUNTRY, line) for line in customers])
    repeated = (customers * BATCH_REQUESTS)[:BATCH_REQUESTS]
    batches = _file(stack, "batches.txt", [f"[{','.join(repeated)}]"])
    keys = [_get_item(TABLE, country, "current") for country in stack.countries]
    pointers = _file(stack, "pointers.txt", keys)
    lines = RequestLines(stack.state / "pointer-due.jsonl")

    with ExitStack() as servers:
        hits = servers.enter_context(stack.listener(api, TABLE, NOWHERE))
        renewing = stack.listener(api, TABLE, NOWHERE, POINTER_REFRESH_SECONDS="1")
        renewing = servers.enter_context(renewing)
        due = stack.listener(api, TABLE, lines.file, POINTER_REFRESH_SECONDS="0")
        due = servers.enter_context(due)
        peer = servers.enter_context(stack.peer(peer_python))
        for port in (hits, renewing, due, peer):
            with Connection(port) as connection:
                connection.times(post(ROUTE, line) for line in customers)
        lines.reads(len(customers))

        def while_hung() -> wrk.Load:
            with _hung(stack.server):
                return wrk.load(renewing, ROUTE, bodies, CONNECTIONS, seconds)

        loads = {
            "hit": lambda: wrk.load(hits, ROUTE, bodies, 1, seconds),
            "hit_busy": lambda: wrk.load(hits, ROUTE, bodies, CONNECTIONS, seconds),
            "hit_many": lambda: wrk.load(hits, ROUTE, bodies, CONNECTIONS_MANY, seconds),
            "peer_busy": lambda: wrk.load(peer, ROUTE, bodies, CONNECTIONS, seconds),
            "unknown": lambda: wrk.load(
                hits, ROUTE, unknown, CONNECTIONS_MANY, seconds, are_refused=True
            ),
            "batch": lambda: wrk.load(hits, BATCH_ROUTE, batches, CONNECTIONS, seconds),
            "pointer_due": lambda: wrk.load(due, ROUTE, bodies, 1, seconds),
            "get_item": lambda: wrk.load(stack.port, "/", pointers, 1, seconds, GET_ITEM),
            "hung": while_hung,
        }
        for round_number in range(number):
            names = alternating(round_number, list(loads))
            measured = {name: loads[name]() for name in names}
            yield Loads(**measured, reads=Reads.of(lines.reads(measured["pointer_due"].requests)))


def country_rounds(stack: Stack, api: Path, number: int) -> Iterator[Countries]:
    """Yields one client's results of each round, with fresh listeners."""
    requests = [
        post(ROUTE, events.one_a_bucket(_rules(), country)[0]) for country in stack.countries
    ]
    for _ in range(number):
        lines = RequestLines(stack.state / "countries.jsonl")
        with stack.listener(api, TABLE, lines.file) as port, Connection(port) as connection:
            # Opens the connection to the table.
            connection.ask(post(ROUTE, events.one_a_bucket(_rules(), COUNTRY)[0]))
            others = [request for request in requests if COUNTRY.encode() not in request]
            first = connection.times(others)
            second = connection.times(others)
            _, *reads = lines.reads(1 + 2 * len(others))
        of_first, of_second = reads[: len(others)], reads[len(others) :]
        if any(of_second):
            raise Failure("what is in memory was read again")
        with stack.listener(api, TABLE_MANY, NOWHERE) as port, Connection(port) as connection:
            many = connection.ask(post(ROUTE, events.one_a_number(COUNTRY)[1]))[0]
        with Connection(stack.port) as connection:
            bodies = [_get_item(TABLE, country, "current") for country in stack.countries]
            get_item = connection.times(post("/", body, GET_ITEM) for body in bodies)
        yield Countries(
            Times.of(first), Times.of(second), many * 1e3, Times.of(get_item), Reads.of(of_first)
        )


def memory(stack: Stack, api: Path) -> Memory:
    """Returns the memory of a listener after a tenth of the requests, and after all."""
    bodies = _file(stack, "events.txt", _customers(stack))
    with stack.listener(api, TABLE, NOWHERE) as port:
        requests = wrk.load(port, ROUTE, bodies, CONNECTIONS, 5).requests
        before = _resident_mib(port, stack)
        while requests < MEMORY_REQUESTS:
            requests += wrk.load(port, ROUTE, bodies, CONNECTIONS, 5).requests
        return Memory(requests, before, _resident_mib(port, stack))


def _customers(stack: Stack) -> list[str]:
    by_country = [events.one_a_bucket(_rules(), country) for country in stack.countries]
    return [line for lines in by_country for line in lines]


def _rules() -> Path:
    return REPOSITORY / "crates/segments/rules.toml"


def _of(country: str, line: str) -> str:
    return json.dumps(json.loads(line) | {"country_code": country})


def _file(stack: Stack, name: str, lines: list[str]) -> Path:
    file = stack.state / name
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


@contextmanager
def _hung(server: Process) -> Iterator[None]:
    """Has the table take connections and requests, and answer none, during the block."""
    server.child.send_signal(signal.SIGSTOP)
    try:
        # By then every pointer is due.
        time.sleep(1.1)
        yield
    finally:
        server.child.send_signal(signal.SIGCONT)


def _resident_mib(port: int, stack: Stack) -> float:
    status = Path(f"/proc/{stack.listener_pid(port)}/status").read_text()
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kib) / 1024


def _get_item(table: str, country: str, item: str) -> str:
    key = {"country_code": {"S": country.lower()}, "item": {"S": item}}
    return json.dumps({"TableName": table, "Key": key})
