"""Which steps a run can do without: analyses, and what is made for them alone.

No analysis keeps the comparison of the classifiers and the report from being made. An analysis for
which the cohort is too small is left out, with the reason; what fails is reported at the end.
"""

from collections.abc import Iterable
from typing import Any

from kgan.pipeline.step import Step

#: The fact of a finished step that made nothing: why.
LEFT_OUT = "left_out"


def optional_steps(steps: Iterable[Step[Any]]) -> frozenset[str]:
    """Return the names of the steps that a run can do without.

    Args:
        steps: of a plan, each after those that it needs.
    """
    steps = tuple(steps)
    needed: set[str] = set()
    for step in reversed(steps):
        if step.name in needed or step.settings.role == "required":
            needed |= {step.name, *step.needs}
    return frozenset(
        step.name for step in steps if step.name not in needed and step.settings.role != "summary"
    )
