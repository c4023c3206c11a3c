"""Answers as a later version of the API may: with members, reasons, codes, problem types and statuses
that no client knows yet, and with what API Gateway says itself.

Usage: stub.py; it listens on a free port of 127.0.0.1 and says on which.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROBLEM = "application/problem+json"
RUN = "01a20d29-b6c6-736e-a0e0-e5330a50dd2e"
ANSWER = {
    "voucher_amount": None,
    "customer_id": "C-7",
    "country_code": "Peru",
    "segment_name": "frequent_segment",
    "bucket": "14-37",
    "run_id": RUN,
    "reason": "a_later_reason",
    "a_later_member": {"of": ["any", "type"]},
}


def problem(status: int, errors: list) -> dict:
    """Returns a problem of a type that is not known yet."""
    return {
        "type": "urn:voucher-api:problem:a-later-one",
        "title": "Something that may go wrong later",
        "status": status,
        "detail": "It did",
        "request_id": RUN,
        "errors": errors,
    }


FAULT = {"pointer": "/a_later_member", "code": "a_later_code", "message": "it is wrong"}
BUCKET = {
    "bucket": "14-37",
    "from": 14,
    "below": 38,
    "voucher_amount": None,
    "reason": "a_later_reason",
    "support": 1,
    "total": 2,
    "share": 0.5,
    "runner_up_amount": None,
    "runner_up_support": None,
}
TABLE = {
    "country": "Peru",
    "run_id": RUN,
    "version": 1,
    "published_at": "2026-12-01T00:00:00.123Z",
    "rules_hash": "0" * 64,
    "result_hash": "0" * 64,
    "fallback": [],
    "segments": [{"name": "a_later_segment", "measure": "a_later_measure", "buckets": [BUCKET]}],
}
# Method and address -> status, media type, body.
ANSWERS = {
    "POST /v1/voucher": (200, "application/json", ANSWER),
    "POST /v1/voucher?explain=true": (401, PROBLEM, problem(401, [])),
    "POST /v1/vouchers": (200, "application/json", [{"status": 200} | ANSWER, problem(451, [FAULT])]),
    "GET /v1/segments/Peru": (200, "application/json", TABLE),
    "GET /v1/countries": (429, "application/json", {"message": "Too Many Requests"}),
    "GET /v1/healthz": (403, "application/json", {"message": "Forbidden"}),
    "GET /v1/readyz": (503, "application/json", {"message": "Service Unavailable"}),
}


class Handler(BaseHTTPRequestHandler):
    """Gives the answer of an address, whatever is asked there."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        status, media_type, document = ANSWERS[f"{self.command} {self.path}"]
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        if status == 401:
            self.send_header("www-authenticate", "Bearer")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Logs nothing."""


def main() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        print(f"listening on http://127.0.0.1:{server.server_port}", file=sys.stderr, flush=True)
        server.serve_forever()


main()
