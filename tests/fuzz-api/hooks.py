"""What schemathesis is told about this API beside its document.

`FUZZ_DOCUMENT` names the file of that document; `FUZZ_PUBLISHED` is what `published.py` printed.
"""

import json
import os
import sys
from pathlib import Path

# Modules of this folder are found by their names, wherever schemathesis runs.
sys.path.insert(0, str(Path(__file__).parent))

import batch
import jsonschema_rs
import links
import schemathesis
from customers import Customers, shortened_key
from schemathesis.core.failures import AcceptedNegativeData

ONE, MANY, COUNTRIES = "/voucher", "/vouchers", "/countries"
# The values of `explain` that are right, and its being left out.
EXPLAIN = (None, True, False, "true", "false")

_document = json.loads(Path(os.environ["FUZZ_DOCUMENT"]).read_text(encoding="utf-8"))
_request = _document["components"]["schemas"]["VoucherRequest"]
_customers = Customers(_request, json.loads(os.environ["FUZZ_PUBLISHED"]))
_request_schema = jsonschema_rs.Draft202012Validator(_request)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Lets answers lead to other requests."""
    links.add_to(raw_schema)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Repairs what keeps to the document; what breaks it is sent as it was drawn."""
    path = case.operation.path
    if path == ONE:
        case.body = _repaired(case.body)
    elif path == MANY and isinstance(case.body, list):
        case.body = [_repaired(request) for request in case.body]
    elif path == COUNTRIES and isinstance((case.query or {}).get("after"), str):
        case.query["after"] = shortened_key(case.query["after"])


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Lets a batch be answered with 200 though requests in it are wrong: `batch_items` looks at
    each of them. A body that is no batch must be refused, and so must a wrong parameter."""
    is_accepted = isinstance(failure, AcceptedNegativeData) and case.operation.path == MANY
    parameters_are_right = (case.query or {}).get("explain") in EXPLAIN
    return not (is_accepted and batch.is_batch(case.body) and parameters_are_right)


@schemathesis.check
def batch_items(ctx, response, case):
    """Each request of a batch has the answer that it would have alone."""
    if case.operation.path == MANY and response.status_code == 200:
        batch.check(json.loads(response.request.body), response.json(), _request_schema)


def _repaired(request: object) -> object:
    return _customers.repaired(request) if isinstance(request, dict) else request
