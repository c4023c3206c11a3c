"""openapi-python-client: classes that are made of what is sent, and fail if a member is missing or a
closed list lacks its value.

Usage: client.py API STUB, with the package `voucher_client` on PYTHONPATH.
"""

import sys
from http import HTTPStatus
from typing import Any, TypeVar

from voucher_client import Client
from voucher_client.api.operation import get_description, get_health, get_readiness
from voucher_client.api.tables import get_segments, list_countries
from voucher_client.api.vouchers import find_voucher, find_vouchers
from voucher_client.models import (
    BatchAnswer,
    CountryPage,
    CountryTable,
    Explanation,
    Fault,
    GatewayMessage,
    Health,
    Problem,
    Readiness,
    VoucherAnswer,
    VoucherRequest,
)

Model = TypeVar("Model")
_checked = 0


def equal(found: object, expected: object, what: str) -> None:
    """Fails unless both are equal."""
    global _checked
    if found != expected:
        raise AssertionError(f"{what}: {found!r}, not {expected!r}")
    _checked += 1


def of(model: type[Model], found: object) -> Model:
    """Returns what is found, which must be of a model."""
    if not isinstance(found, model):
        raise AssertionError(f"{found!r} is no {model.__name__}")
    return found


def customer(**changed: Any) -> VoucherRequest:
    """Returns a customer in a bucket, or who differs from that one."""
    fields: dict[str, Any] = {
        "customer_id": 123,
        "country_code": "Peru",
        "last_order_ts": "2018-05-03 00:00:00",
        "first_order_ts": "2017-05-03 00:00:00",
        "total_orders": 15,
        "segment_name": "frequent_segment",
    }
    return VoucherRequest(**(fields | changed))


def client_of(address: str, headers: dict[str, str] | None = None) -> Client:
    """Returns a client; loopback is never behind a proxy, whatever the environment says."""
    return Client(
        base_url=f"{address}/v1",
        headers=headers or {},
        raise_on_unexpected_status=True,
        httpx_args={"trust_env": False},
    )


FREQUENT = customer(customer_id="C-7", total_orders=1000)
FAULTY = customer(total_orders=-1, first_order_ts="2018-05-04", country_code="")
STRANGER = customer(country_code="Atlantis")


def faults_of(problem: Problem) -> list[Fault]:
    """Returns a problem's faults."""
    return problem.errors if isinstance(problem.errors, list) else []


def told(entry: object) -> str:
    """Tells what a batch says of a customer."""
    if isinstance(entry, BatchAnswer):
        return f"{entry.status.value} {entry.reason or entry.voucher_amount}"
    problem = of(Problem, entry)
    return f"{problem.status} {problem.type_}"


def ask_for_vouchers(api: Client) -> None:
    """Asks for one voucher and for many, with and without faults."""
    answer = of(VoucherAnswer, find_voucher.sync(client=api, body=customer(), explain=True))
    equal((answer.customer_id, answer.bucket), (123, "14-37"), "a customer in a bucket")
    equal(of(Explanation, answer.explain).as_of.isoformat()[:2], "20", "a day")
    none = of(VoucherAnswer, find_voucher.sync(client=api, body=FREQUENT))
    equal((none.voucher_amount, none.bucket, none.reason), (None, None, "no_bucket"), "in no bucket")

    faults = faults_of(of(Problem, find_voucher.sync(client=api, body=FAULTY)))
    equal(
        sorted(f"{fault.pointer} {fault.code}" for fault in faults),
        ["/country_code empty", "/first_order_ts later_than_last_order", "/total_orders negative"],
        "its faults",
    )
    for body, status in ((STRANGER, 404), (customer(customer_id="x" * 20_000), 413)):
        equal(of(Problem, find_voucher.sync(client=api, body=body)).status, status, "a refused request")

    batch = of(list, find_vouchers.sync(client=api, body=[customer(), FAULTY, STRANGER, FREQUENT]))
    expected = [
        f"200 {answer.voucher_amount}",
        "400 urn:voucher-api:problem:invalid-request",
        "404 urn:voucher-api:problem:country-not-published",
        "200 no_bucket",
    ]
    equal([told(entry) for entry in batch], expected, "a batch")
    long = find_vouchers.sync(client=api, body=[customer()] * 101)
    equal(of(Problem, long).status, 400, "a long batch")


def ask_as_if_compressed(api: Client) -> None:
    """Says that a body is compressed."""
    equal(of(Problem, find_voucher.sync(client=api, body=customer())).status, 415, "as if compressed")


def ask_for_tables(api: Client) -> None:
    """Reads tables, and countries page by page."""
    table = of(CountryTable, get_segments.sync("peru", client=api))
    equal(table.segments[0].name, "frequent_segment", "the first segment")
    equal(of(Problem, get_segments.sync("Atlantis", client=api)).status, 404, "a table of no country")

    first = list_countries.sync_detailed(client=api, limit=1)
    after = of(str, of(CountryPage, first.parsed).next_)
    second = of(CountryPage, list_countries.sync(client=api, limit=1, after=after))
    equal(len(second.countries), 1, "the second page")
    known = list_countries.sync_detailed(client=api, limit=1, if_none_match=first.headers["etag"])
    equal(known.status_code, HTTPStatus.NOT_MODIFIED, "a known page")
    none = faults_of(of(Problem, list_countries.sync(client=api, limit=0)))
    equal([fault.parameter for fault in none], ["limit"], "a wrong limit")


def ask_how_it_is(api: Client) -> None:
    """Asks for health, readiness and the description."""
    equal(of(Health, get_health.sync(client=api)).status, "ok", "its health")
    ready = of(Readiness, get_readiness.sync(client=api))
    equal(ready.countries[0].published_at.utcoffset() is not None, True, "a time")
    description = get_description.sync_detailed(client=api)
    equal(description.status_code, HTTPStatus.OK, "its description")


def ask_a_later_version(stub: Client) -> None:
    """Reads what a later version may say, and what API Gateway says itself."""
    later = of(VoucherAnswer, find_voucher.sync(client=stub, body=customer()))
    equal(later.reason, "a_later_reason", "a later reason")
    batch = of(list, find_vouchers.sync(client=stub, body=[customer(), customer()]))
    expected = ["200 a_later_reason", "451 urn:voucher-api:problem:a-later-one"]
    equal([told(entry) for entry in batch], expected, "a later batch")
    equal(faults_of(of(Problem, batch[1]))[0].code, "a_later_code", "a later code")
    table = of(CountryTable, get_segments.sync("Peru", client=stub))
    equal(table.segments[0].buckets[0].reason, "a_later_reason", "a later table")

    unsigned = find_voucher.sync_detailed(client=stub, body=customer(), explain=True)
    equal(of(Problem, unsigned.parsed).status, 401, "no token")
    equal(unsigned.headers["www-authenticate"], "Bearer", "what to authorise by")
    for found, message in (
        (list_countries.sync(client=stub), "Too Many Requests"),
        (get_health.sync(client=stub), "Forbidden"),
        (get_readiness.sync(client=stub), "Service Unavailable"),
    ):
        equal(of(GatewayMessage, found).message, message, "API Gateway")


def main() -> None:
    """Asks both addresses for everything."""
    api, stub = sys.argv[1:]
    ask_for_vouchers(client_of(api))
    ask_as_if_compressed(client_of(api, {"content-encoding": "gzip"}))
    ask_for_tables(client_of(api))
    ask_how_it_is(client_of(api))
    ask_a_later_version(client_of(stub))
    print(f"openapi-python-client: {_checked} checks passed")


main()
