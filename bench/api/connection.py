"""One kept-alive HTTP connection that sends prepared requests and times them.

A library would add its own work to each time; this adds one `send` and one or two `recv`.
"""

import socket
import time
from collections.abc import Iterable

from processes import Failure

TIMEOUT_S = 30
RECEIVE_BYTES = 1 << 16
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"


def post(path: str, body: str, headers: dict[str, str] | None = None) -> bytes:
    """Returns a whole request."""
    data = body.encode()
    fields = {"Host": "127.0.0.1", "Content-Type": "application/json", **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}Content-Length: {len(data)}\r\n\r\n".encode() + data


class Connection:
    """A connection to a port of 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> tuple[float, str]:
        """Returns the seconds until the whole answer, which must be a 200, and its body."""
        start = time.perf_counter()
        self._socket.sendall(request)
        answer = self._receive(b"")
        while HEAD_END not in answer:
            answer = self._receive(answer)
        head, _, body = answer.partition(HEAD_END)
        length = self._length(head)
        while len(body) < length:
            body = self._receive(body)
        seconds = time.perf_counter() - start
        if not head.startswith(b"HTTP/1.1 200 "):
            raise Failure(f"not a 200: {head.decode()}\n{body.decode(errors='replace')}")
        return seconds, body.decode()

    def times(self, requests: Iterable[bytes]) -> list[float]:
        """Sends the requests one after the other; returns the seconds of each."""
        return [self.ask(request)[0] for request in requests]

    def _receive(self, so_far: bytes) -> bytes:
        more = self._socket.recv(RECEIVE_BYTES)
        if not more:
            raise Failure(f"the server closed the connection after {so_far!r}")
        return so_far + more

    @staticmethod
    def _length(head: bytes) -> int:
        for line in head.split(b"\r\n"):
            if line.lower().startswith(LENGTH):
                return int(line[len(LENGTH) :])
        raise Failure(f"an answer without length: {head.decode()}")
