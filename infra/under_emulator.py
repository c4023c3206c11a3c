"""Hands events to a Lambda function under AWS's Runtime Interface Emulator, one after the other, and
prints what it answers: `under_emulator.py BOOTSTRAP EVENT.json…`.

The emulator is started by `localstack/emulator` on free ports of 127.0.0.1 and ended by its process
id. The exit code is 1 if an event is not answered by what Lambda may hand on.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

EMULATOR = Path(__file__).parents[1] / "localstack" / "emulator"
INVOCATIONS = "/2015-03-31/functions/function/invocations"
START_S = 20
ANSWER_S = 30
STOP_S = 5
POLL_S = 0.05


def free_port() -> int:
    """Returns a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def emulated(bootstrap: str):
    """Runs the emulator and gives the address that takes events."""
    port = free_port()
    process = subprocess.Popen(
        [EMULATOR, str(port), str(free_port()), bootstrap], stdout=sys.stderr, start_new_session=True
    )
    try:
        wait_for(process, port)
        yield f"http://127.0.0.1:{port}{INVOCATIONS}"
    finally:
        # It ends the function with itself.
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(process: subprocess.Popen, port: int) -> None:
    """Waits until the emulator listens."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"error: the emulator ended with exit code {process.returncode}, see above")
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(POLL_S)
    raise SystemExit(f"error: the emulator did not listen on port {port} within {START_S} s")


def invoke(address: str, event: Path):
    """Returns what the function answers to an event."""
    request = urllib.request.Request(address, data=event.read_bytes(), method="POST")
    # No proxy of the caller's network has a way to this machine's loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=ANSWER_S) as answer:
        return json.load(answer)


def main() -> None:
    bootstrap, *events = sys.argv[1:]
    failed = []
    with emulated(bootstrap) as address:
        for event in map(Path, events):
            print(f"== {event.name}", file=sys.stderr)
            try:
                answer = invoke(address, event)
            except (urllib.error.URLError, ValueError) as error:
                failed.append(f"{event.name}: {error}")
                continue
            print(json.dumps(answer, indent=2, ensure_ascii=False), flush=True)
            if not isinstance(answer.get("statusCode"), int):
                failed.append(f"{event.name}: the answer has no statusCode")
    if failed:
        raise SystemExit("error: " + "; ".join(failed))


if __name__ == "__main__":
    main()
