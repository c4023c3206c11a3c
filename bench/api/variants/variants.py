"""Measures the starts of the Lambda's variants in turn, with TLS between them and the table.
`run` builds them and calls it.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import events
import machine
import stack
import under_emulator
from document import replace_section
from measure import middle
from processes import as_command, cores, free_port, listens, pinned, run, running
from report import table
from under_emulator import Call

ROUNDS = 15
STEP_WITHIN_S = 30
# The system's root certificates, as in Lambda; each start reads all of them.
SYSTEM_ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")
CERTIFICATE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
CERTIFICATE += ["-subj", "/CN=voucher-bench", "-addext", "subjectAltName=IP:127.0.0.1"]
CERTIFICATE += ["-addext", "basicConstraints=critical,CA:FALSE"]


def main() -> None:
    """Measures all variants, then writes the results."""
    options = _options()
    about = f"{machine.measured_by('bench/api/variants/run')}\n{', '.join(machine.versions())}."
    functions = {name: [options.built / name / "bootstrap"] for name in options.names}
    customers = events.one_a_bucket(stack.REPOSITORY / "crates/segments/rules.toml", stack.COUNTRY)
    rounds = []
    with stack.started(options.etl, options.state) as servers, _tls(servers) as settings:
        for calls in under_emulator.rounds(servers, functions, customers, options.rounds, settings):
            rounds.append(calls)
            print(f"round {len(rounds)}: {calls}", file=sys.stderr)
    text = "\n\n".join([about, _how(options.rounds), _table(options, rounds)])
    replace_section(options.docs, "The API's parts", text)
    print(text)


def _how(rounds: int) -> str:
    return (
        f"The Lambda with other parts; each figure is the median of {rounds} rounds, in which the"
        " variants take turns.\n"
        "Between function and table is TLS, so a start has a handshake in it."
    )


def _table(options: argparse.Namespace, rounds: list[dict[str, Call]]) -> str:
    rows = []
    for name in options.names:
        size = (options.built / name / "voucher-api.zip").stat().st_size
        calls = [calls[name] for calls in rounds]
        figures = [
            middle(calls, lambda call: call.init_ms),
            middle(calls, lambda call: call.first_ms),
            middle(calls, lambda call: call.warm.p50_ms),
        ]
        rows.append([name.replace(",", ", "), f"{size:,}", *map("{:.2f}".format, figures)])
    head = ["opt-level, TLS, allocator", "zip bytes", "start ms", "first call ms", "warm call ms"]
    return table(head, rows)


@contextmanager
def _tls(servers: stack.Stack) -> Iterator[dict[str, str]]:
    """Runs TLS in front of the stack's MiniStack; yields the settings of its clients."""
    _, load = cores()
    certificate, key = servers.state / "certificate.pem", servers.state / "key.pem"
    make = ["openssl", "req", "-x509", *CERTIFICATE, "-out", certificate, "-keyout", key]
    run(make, servers.environment(stack.TABLE), STEP_WITHIN_S)
    roots = servers.state / "roots.pem"
    roots.write_text(SYSTEM_ROOTS.read_text() + certificate.read_text())
    port = free_port()
    script = Path(__file__).with_name("tls_front.py")
    command = pinned(load, [sys.executable, "-B", script, port, servers.port, certificate, key])
    environment = servers.environment(stack.TABLE)
    with running(command, servers.state / "tls-front.log", environment) as process:
        process.wait_until(lambda: listens(port), "listening TLS front")
        yield {"AWS_ENDPOINT_URL": f"https://127.0.0.1:{port}", "SSL_CERT_FILE": str(roots)}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("etl", "built", "state"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--docs", type=Path, default=stack.REPOSITORY / "docs/benchmarks.md")
    parser.add_argument("names", nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    as_command(main)
