"""The table of what the cohort is too small for."""

from enum import Enum
from typing import Annotated

from pydantic import Field

from kgan.files.columns import Name, Row, Text
from kgan.files.tables import Table


class Outcome(str, Enum):
    """What becomes of a request that the cohort is too small for; the values are those of the table."""

    REDUCED = "reduced"
    LEFT_OUT = "left out"
    REFUSED = "refused"


class LimitRow(Row):
    """One request that the cohort is too small for.

    Args:
        step: that requests it; of several the first, and how many more.
        outcome: what becomes of it; of what is refused no table is written.
        text: a sentence without its full stop.
    """

    step: Name
    outcome: Outcome
    text: Annotated[Text, Field(alias="what")]

    @property
    def sentence(self) -> str:
        """The step and what becomes of its request."""
        left_out = "left out: " if self.outcome is Outcome.LEFT_OUT else ""
        return f"{self.step}: {left_out}{self.text}"


LIMITS = Table("limits.csv", LimitRow)
