"""The dates of a request as the API compares them, and the same text with another year or day.

The pattern in the document cannot say which days a month has, nor that one date is not later than
another: both are seen to here.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime

# What is trimmed: Unicode's White_Space and three characters without width.
_BLANKS = r"[\t-\r \x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]*"
_WRITTEN = re.compile(
    _BLANKS + r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[ \tTt](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"(?:[ \t]*(?P<zone>Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(?:\[[\w+\-/.~]+\])?)?" + _BLANKS
)
_DAY_S = 86_400
# Years that are over: 2000 to 2019.
_PAST_FIRST, _PAST_YEARS = 2000, 20
# Python's calendar begins with the year 1 and ends with 9999; it repeats after so many years.
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097


def on_the_calendar(text: str) -> str:
    """Returns the text with a day that its month has."""
    written = _WRITTEN.fullmatch(text)
    last = monthrange(_CYCLE_YEARS + int(written["year"]) % _CYCLE_YEARS, int(written["month"]))[1]
    return text if int(written["day"]) <= last else _with(text, written, "day", f"{last:02}")


def in_the_past(text: str) -> str:
    """Returns the text, in an earlier year if it is not over yet."""
    written = _WRITTEN.fullmatch(text)
    # The last day of a year may be the first one of the next, in its zone.
    if int(written["year"]) < datetime.now(UTC).year - 1:
        return text
    year = _PAST_FIRST + int(written["year"]) % _PAST_YEARS
    # The 29th of February is in no other year.
    return on_the_calendar(_with(text, written, "year", f"{year:04}"))


def order(text: str) -> tuple[int, int]:
    """Returns what puts moments in order: seconds and nanoseconds since the year 0.

    A date alone is its midnight in UTC: then it is the first of its day, and never later than a
    time of that day, which is how the API has it."""
    written = _WRITTEN.fullmatch(text)
    cycles, year = divmod(int(written["year"]), _CYCLE_YEARS)
    day = date(_CYCLE_YEARS + year, int(written["month"]), int(written["day"]))
    seconds = (cycles * _CYCLE_DAYS + day.toordinal()) * _DAY_S - _offset_s(written["zone"])
    if written["hour"] is None:
        return seconds // _DAY_S * _DAY_S, 0
    seconds += int(written["hour"]) * 3_600 + int(written["minute"]) * 60
    return seconds + int(written["second"] or 0), int((written["fraction"] or "").ljust(9, "0"))


def _offset_s(zone: str | None) -> int:
    if zone is None or zone[0] not in "+-":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    return (hours * 3_600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def _with(text: str, written: re.Match[str], part: str, value: str) -> str:
    start, end = written.span(part)
    return text[:start] + value + text[end:]
