"""Measures voucher-api: the zip's size, start and calls as a Lambda beside a peer in Python, and the
plain listener beside the round trip to its table. `run` calls it.
"""

import argparse
import sys
from pathlib import Path

import events
import machine
import plain_listener
import stack
import under_emulator
from document import replace_section
from processes import as_command
from report import OURS, PEER, Found, section

ROUNDS = 7
WRK_SECONDS = 2


def main() -> None:
    """Measures everything, then writes the results."""
    options = _options()
    versions = ", ".join([*machine.versions(), machine.wrk_version()])
    peer = ", ".join(machine.peer_versions(options.peer_python))
    about = f"{machine.measured_by('make bench-api')}\n{versions}; the peers: {peer}."
    functions = {
        OURS: [options.dist / "bootstrap"],
        PEER: [options.peer_python, "-B", "-m", "awslambdaric", "handler.handler"],
    }
    customers = events.one_a_bucket(stack.REPOSITORY / "crates/segments/rules.toml", stack.COUNTRY)
    with stack.started(options.etl, options.state) as servers:
        calls = _all(
            "under the emulator",
            under_emulator.rounds(servers, functions, customers, options.rounds, {}),
        )
        loads = _all(
            "load on the plain listener",
            plain_listener.load_rounds(
                servers, options.api, options.peer_http_python, WRK_SECONDS, options.rounds
            ),
        )
        countries = _all(
            "countries not in memory",
            plain_listener.country_rounds(servers, options.api, options.rounds),
        )
        memory = plain_listener.memory(servers, options.api)
    size = (options.dist / "voucher-api.zip").stat().st_size
    found = Found(size, calls, loads, countries, memory)
    text = section(found, about)
    replace_section(options.docs, "The API", text)
    print(text)


def _all(what: str, rounds) -> list:
    """Returns all rounds and prints each: a benchmark silent for minutes looks stuck."""
    found = []
    for result in rounds:
        found.append(result)
        print(f"{what}, round {len(found)}: {result}", file=sys.stderr)
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("etl", "api", "dist", "peer-python", "peer-http-python", "state"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--docs", type=Path, default=stack.REPOSITORY / "docs/benchmarks.md")
    return parser.parse_args()


if __name__ == "__main__":
    as_command(main)
