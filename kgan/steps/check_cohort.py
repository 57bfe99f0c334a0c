"""Step: tell, before anything is trained, what later steps ask of the cohort that it does not bear."""

import importlib
from collections.abc import Sequence
from typing import Any

from kgan.errors import DataError
from kgan.files.tables import write_table
from kgan.pipeline.context import StepContext
from kgan.steps.checks.cohort_limits import Limit, Outcome
from kgan.steps.settings.check_cohort import CheckCohortSettings

TABLE = "limits.csv"
COLUMNS = ("step", "outcome", "what")


def run(context: StepContext[CheckCohortSettings]) -> dict[str, Any]:
    """Write ``limits.csv``: what is done with less of, and what is left out.

    Returns:
        dict: ``limits`` (a list of {step, outcome, text}), and the file to publish.

    Raises:
        DataError: something is asked that the cohort does not bear and that is not done with less; the
            message says what to change.
    """
    found = _together([limit for name in context.settings.steps for limit in _limits(context, name)])
    refused = [limit for limit in found if limit.outcome is Outcome.REFUSED]
    if refused:
        more = f" (and {len(refused) - 1} more such limits)" if len(refused) > 1 else ""
        raise DataError(f"{refused[0].sentence}{more}")
    for limit in found:
        context.progress.say(f"{context.name}: {limit.sentence}")
    rows = [(limit.step, limit.outcome.value, limit.text) for limit in found]
    write_table(context.out / TABLE, COLUMNS, rows)
    about = [{"step": one.step, "outcome": one.outcome.value, "text": one.text} for one in found]
    return {"limits": about, "publish": {f"results/{TABLE}": TABLE}}


def _together(limits: Sequence[Limit]) -> list[Limit]:
    """Say once what holds for several steps."""
    steps: dict[tuple[str, Outcome], list[str]] = {}
    for limit in limits:
        steps.setdefault((limit.text, limit.outcome), []).append(limit.step)
    return [Limit(_named(names), *about) for about, names in steps.items()]


def _named(steps: Sequence[str]) -> str:
    return steps[0] + (f" and {len(steps) - 1} more" if len(steps) > 1 else "")


def _limits(context: StepContext[CheckCohortSettings], name: str) -> list[Limit]:
    checked = context.settings.steps[name]
    module = importlib.import_module(checked.settings.module)
    found: list[Limit] = module.limits(name, checked.settings, context.inputs[checked.prepare])
    return found
