"""What a synthetic pool is worth in real patients: a number, or that it lies beyond what was measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SIGNS = {1: ">", -1: "<", 0: ""}


@dataclass(frozen=True)
class Amount:
    """A difference in real patients.

    Args:
        number: patients; negative where there are fewer.
        beyond: 0 where it is this number, 1 where it is more than that, -1 where it is less; nobody knows by
            how much.
    """

    number: float
    beyond: int = 0

    @classmethod
    def of(cls, change: float, at: float, sizes: Sequence[float]) -> "Amount":
        """Turn a change of the number of patients into an amount that a curve can show.

        Args:
            change: in patients; infinite where the curve never gets there.
            at: number of patients that it starts from.
            sizes: numbers of patients of the curve, ascending.
        """
        if math.isinf(change):
            return cls(sizes[-1] - at, 1) if change > 0 else cls(sizes[0] - at, -1)
        return cls(float(change))

    @classmethod
    def read(cls, text: str) -> "Amount | None":
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
class Worth:
    """How many more real patients, without the pool, do as well as some with it.

    Args:
        patients: the real ones beside the pool.
        value: the difference.
        low: lower limit of its interval; ``None`` where there is none.
        high: upper limit.
        note: what is to be known of it, in words; empty otherwise.
    """

    patients: int
    value: Amount
    low: Amount | None = None
    high: Amount | None = None
    note: str = ""

    @property
    def told(self) -> bool:
        """Whether the interval, if there is one, does not hold 0."""
        if self.low is None or self.high is None:
            return False
        more = self.low.number > 0 or (self.low.beyond > 0 and self.low.number == 0)
        less = self.high.number < 0 or (self.high.beyond < 0 and self.high.number == 0)
        return (more and self.low.beyond >= 0) or (less and self.high.beyond <= 0)
