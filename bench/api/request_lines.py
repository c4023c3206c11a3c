"""Reads from the listener's log how often each request asked DynamoDB, and for how long."""

import json
import time
from pathlib import Path

from processes import Failure

# Lines that nobody reads.
NOWHERE = Path("/dev/null")
# The listener logs a request after answering it.
LATE_MAX_S = 5
POLL_S = 0.01


class RequestLines:
    """A listener's log lines, as they arrive."""

    def __init__(self, file: Path) -> None:
        file.write_bytes(b"")
        self.file = file
        self._read_up_to = 0

    def reads(self, requests: int) -> list[list[float]]:
        """Returns the milliseconds of the reads of each of so many requests since the last call.

        Later requests stay for the next call."""
        deadline = time.monotonic() + LATE_MAX_S
        while len(lines := self._complete()) < requests:
            if time.monotonic() >= deadline:
                raise Failure(f"{self.file} tells of {len(lines)} requests, not {requests}")
            time.sleep(POLL_S)
        self._read_up_to += sum(map(len, lines[:requests]))
        return [json.loads(line).get("dynamodb_ms", []) for line in lines[:requests]]

    def _complete(self) -> list[bytes]:
        with self.file.open("rb") as file:
            file.seek(self._read_up_to)
            return [line for line in file.readlines() if line.endswith(b"\n")]
