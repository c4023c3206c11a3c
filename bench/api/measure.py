"""Quantiles, medians over rounds, and ratios within a round."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


def quantile(values: list[float], share: float) -> float:
    """Returns the measured value that `share` of the values are at or below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


@dataclass
class Times:
    """The median and the tail of many times, in milliseconds."""

    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Times":
        """Returns them for times in seconds."""
        return cls(quantile(seconds, 0.5) * 1e3, quantile(seconds, 0.99) * 1e3)


def middle(rounds: list[T], of: Callable[[T], float]) -> float:
    """Returns the median over the rounds."""
    return median(map(of, rounds))


def alternating(round_number: int, sides: list[T]) -> list[T]:
    """Returns the sides in the round's order, so that none is always first."""
    return sides if round_number % 2 == 0 else sides[::-1]
