"""Tells whether a local AWS answers at an endpoint, waiting for it if asked to.

Exit codes: 0 it is healthy, 1 nothing listens there, 2 something else listens there.
It starts nothing, and uses the standard library only.
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.request

HEALTHY, NOTHING, STRANGER = 0, 1, 2
# One request to a loopback server; a server that is still starting may accept and be slow.
REQUEST_TIMEOUT_S = 2
POLL_INTERVAL_S = 0.1
# LocalStack and MiniStack both serve this route and name the state of each service.
HEALTH_ROUTE = "/_localstack/health"
SERVICES = ("s3", "dynamodb")
USABLE_STATES = ("available", "running")

# Loopback is never behind a proxy, whatever the environment says.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def state_of(endpoint: str, any_answer: bool) -> int:
    """Asks once."""
    try:
        with _opener.open(endpoint.rstrip("/") + HEALTH_ROUTE, timeout=REQUEST_TIMEOUT_S) as answer:
            services = json.load(answer)["services"]
            if any_answer or all(services.get(name) in USABLE_STATES for name in SERVICES):
                return HEALTHY
            return STRANGER
    except urllib.error.HTTPError:
        return HEALTHY if any_answer else STRANGER
    except urllib.error.URLError as error:
        refused = isinstance(error.reason, OSError) and not isinstance(error.reason, TimeoutError)
        return NOTHING if refused else STRANGER
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # It listens, and says something that no local AWS says.
        return HEALTHY if any_answer else STRANGER


def main() -> int:
    """Asks until it is healthy or the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("endpoint")
    parser.add_argument("--within", type=float, default=0, metavar="SECONDS")
    parser.add_argument(
        "--any-answer", action="store_true", help="any HTTP server will do, health route or not"
    )
    options = parser.parse_args()
    deadline = time.monotonic() + options.within
    while (state := state_of(options.endpoint, options.any_answer)) != HEALTHY:
        if time.monotonic() >= deadline:
            break
        time.sleep(POLL_INTERVAL_S)
    return state


if __name__ == "__main__":
    sys.exit(main())
