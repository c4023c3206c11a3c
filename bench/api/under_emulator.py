"""Rounds under the emulator: start, first request and warm calls of Lambda functions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connection import Connection, post
from measure import Times, alternating
from processes import Failure
from stack import INVOKE, Stack, init_ms

WARM_CALLS = 400


@dataclass
class Call:
    """One round of one function."""

    init_ms: float
    # From the event that starts the function to its answer.
    first_ms: float
    warm: Times


def rounds(
    stack: Stack,
    commands: dict[str, list[str | Path]],
    events: list[str],
    number: int,
    settings: dict[str, str],
) -> Iterator[dict[str, Call]]:
    """Yields each function's times in each round; all must give the same answers."""
    for round_number in range(number):
        calls, answers = {}, {}
        for name in alternating(round_number, list(commands)):
            calls[name], answers[name] = _call(stack, commands[name], events, settings)
        if any(answer != answers[name] for answer in answers.values()):
            raise Failure(f"they disagree: {answers}")
        yield calls


def _call(
    stack: Stack, command: list[str | Path], events: list[str], settings: dict[str, str]
) -> tuple[Call, list]:
    requests = [post(INVOKE, event) for event in events]
    with stack.function(command, settings) as (process, port), Connection(port) as connection:
        first_s, _ = connection.ask(requests[0])
        # Each event once, so that the warm calls hit memory.
        answers = [json.loads(connection.ask(request)[1]) for request in requests]
        warm = connection.times(requests[n % len(requests)] for n in range(WARM_CALLS))
        for answer in answers:
            if not isinstance(answer.get("body", {}).get("voucher amount"), float | int):
                raise Failure(f"{command}: no amount in {answer}")
        return Call(init_ms(process), first_s * 1e3, Times.of(warm)), answers
