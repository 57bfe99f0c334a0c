"""Equivalent patients as a censored estimate: a number, or a bound where it lies beyond what was measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SIGNS = {1: ">", -1: "<", 0: ""}


@dataclass(frozen=True)
class CensoredCount:
    """A difference in numbers of real patients, or a bound of it.

    Args:
        number: patients; negative where there are fewer.
        beyond: 0 where the difference is ``number``, 1 where it is more by an unknown amount, -1 where it is
            less.
    """

    number: float
    beyond: int = 0

    @classmethod
    def of(cls, change: float, start: float, sizes: Sequence[float]) -> "CensoredCount":
        """Turn a change of the number of patients into one that a learning curve can show.

        Args:
            change: in patients; infinite where the curve never gets there.
            start: number of patients from which it counts.
            sizes: numbers of patients of the curve, ascending.
        """
        if math.isinf(change):
            return cls(sizes[-1] - start, 1) if change > 0 else cls(sizes[0] - start, -1)
        return cls(float(change))

    @classmethod
    def read(cls, text: str) -> "CensoredCount | None":
        """Read what `written` gives; ``None`` where it is nothing of the kind."""
        beyond = {">": 1, "<": -1}.get(text[:1], 0)
        try:
            number = float(text[1:] if beyond else text)
        except ValueError:
            return None
        return cls(number, beyond) if math.isfinite(number) else None

    @property
    def written(self) -> str:
        """As a table has it: ``6.2``, ``>14`` (more than 14) or ``<-7`` (less than -7)."""
        return f"{_SIGNS[self.beyond]}{round(self.number, 2) + 0.0:g}"

    @property
    def least(self) -> float:
        """The smallest that it may be."""
        return -math.inf if self.beyond < 0 else self.number

    @property
    def most(self) -> float:
        """The largest that it may be."""
        return math.inf if self.beyond > 0 else self.number


@dataclass(frozen=True)
class EquivalentPatients:
    """How many more real patients, without the pool, do as well as some with it.

    Args:
        patients: the real ones beside the pool.
        value: the difference.
        low: lower limit of its interval; ``None`` where there is none.
        high: upper limit.
        note: why there is no interval, or what else limits the estimate; empty otherwise.
    """

    patients: int
    value: CensoredCount
    low: CensoredCount | None = None
    high: CensoredCount | None = None
    note: str = ""

    @property
    def excludes_zero(self) -> bool:
        """Whether there is an interval that does not contain 0."""
        if self.low is None or self.high is None:
            return False
        more = self.low.number > 0 or (self.low.beyond > 0 and self.low.number == 0)
        less = self.high.number < 0 or (self.high.beyond < 0 and self.high.number == 0)
        return (more and self.low.beyond >= 0) or (less and self.high.beyond <= 0)
