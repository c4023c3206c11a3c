"""What a writer is asked to do with the events, and in which forms Python hands them over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from events import Event, made_up

EVENTS = made_up()
# As the input must have them.
COLUMNS = ("timestamp", "country_code", "last_order_ts", "first_order_ts", "total_orders", "voucher_amount")


@dataclass(frozen=True)
class Case:
    """One way to write the events."""

    name: str
    # Writes the files into a folder that is there and empty.
    write: Callable[[Path], None]
    # What the line has to say that refuses it; none where it has to be counted.
    refused: tuple[str, ...] = ()
    # The exit code of a run that refuses it.
    code: int = 3
    # What is written, and so counted.
    events: tuple[Event, ...] = tuple(EVENTS)


def columns(
    of: list[Event] | tuple[Event, ...] = tuple(EVENTS),
    moment: Callable[[datetime], object] = lambda moment: moment,
    day: Callable[[date], object] = lambda day: day,
    orders: Callable[[int], object] = lambda orders: orders,
    amount: Callable[[Decimal], object] = lambda amount: amount,
) -> dict[str, list]:
    """Returns the columns, each value in the form that these functions give it; None stays None."""

    def each(values: list, form: Callable) -> list:
        return [None if value is None else form(value) for value in values]

    return {
        "timestamp": each([event.moment for event in of], moment),
        "country_code": [event.country for event in of],
        "last_order_ts": each([event.last_order for event in of], day),
        "first_order_ts": each([event.first_order for event in of], day),
        "total_orders": each([event.orders for event in of], orders),
        "voucher_amount": each([event.amount for event in of], amount),
    }


def naive(moment: datetime) -> datetime:
    """Returns the time without its zone, UTC."""
    return moment.replace(tzinfo=None)


def midnight(day: date) -> datetime:
    """Returns a day's first moment, without a zone."""
    return datetime(day.year, day.month, day.day)


def midnight_utc(day: date) -> datetime:
    """Returns a day's first moment in UTC."""
    return midnight(day).replace(tzinfo=UTC)


def plain(amount: Decimal) -> str:
    """Returns an amount as people write it."""
    return format(amount, "f")


def noisy(amount: Decimal) -> float:
    """Returns an amount that was added up of thirds as doubles: off in the last bits."""
    third = float(amount) / 3
    return third + third + third if float(amount) != 0.25 else 0.05 + 0.1 + 0.1
