"""A part of a plan: one step and all that it needs."""

from collections.abc import Sequence
from typing import Any

from kgan.errors import RecipeError, did_you_mean
from kgan.pipeline.step import Step
from kgan.steps.settings.check_cohort import CheckCohortSettings
from kgan.steps.settings.prepare import PrepareSettings


def steps_until(steps: Sequence[Step[Any]], name: str) -> tuple[Step[Any], ...]:
    """Return one step of a plan and all that it needs, in the plan's order, and the check of the cohort.

    That is made before anything is trained, though nothing needs it.

    Raises:
        RecipeError: no step has that name.
    """
    known = {step.name: step for step in steps}
    if name not in known:
        hint = did_you_mean(name, known) or "."
        raise RecipeError(f"no step called {name!r}{hint} Steps: {', '.join(known)}")
    wanted, waiting = {name}, [name]
    while waiting:
        new = set(known[waiting.pop()].needs) - wanted
        wanted |= new
        waiting += new
    if any(step.kind != PrepareSettings.kind for step in steps if step.name in wanted):
        wanted |= {
            step.name
            for step in steps
            if isinstance(step.settings, CheckCohortSettings) and set(step.needs) <= wanted
        }
    return tuple(step for step in steps if step.name in wanted)
