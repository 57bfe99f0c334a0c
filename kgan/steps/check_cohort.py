"""Step: find, before anything is trained, what later steps request that the cohort is too small for."""

import importlib
from collections.abc import Sequence
from typing import Any

from kgan.data.cohort.limits_table import LIMITS, LimitRow, Outcome
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.steps.checks.cohort_limits import Limit
from kgan.steps.settings.check_cohort import CheckCohortSettings


def run(context: StepContext[CheckCohortSettings]) -> dict[str, Any]:
    """Write ``limits.csv``: what is reduced, and what is left out.

    Returns:
        dict: ``limits`` (the rows of the table), and the file to publish.

    Raises:
        DataError: the cohort is too small for a request that cannot be reduced; the message says what to
            change.
    """
    limits = [limit for name in context.settings.steps for limit in _limits(context, name)]
    rows = _joined(limits)
    refused = [row for row in rows if row.outcome is Outcome.REFUSED]
    if refused:
        more = f" (and {len(refused) - 1} more such limits)" if len(refused) > 1 else ""
        raise DataError(f"{refused[0].sentence}{more}")
    for row in rows:
        context.progress.say(f"{context.name}: {row.sentence}")
    LIMITS.write(context.out, rows)
    return {
        "limits": [row.model_dump(mode="json") for row in rows],
        "publish": {f"results/{LIMITS.file}": LIMITS.file},
    }


def _joined(limits: Sequence[Limit]) -> list[LimitRow]:
    """Return one row for equal limits of several steps."""
    steps: dict[tuple[str, Outcome], list[str]] = {}
    for limit in limits:
        steps.setdefault((limit.text, limit.outcome), []).append(limit.step)
    return [
        LimitRow(step=_names(names), outcome=outcome, text=text) for (text, outcome), names in steps.items()
    ]


def _names(steps: Sequence[str]) -> str:
    return steps[0] + (f" and {len(steps) - 1} more" if len(steps) > 1 else "")


def _limits(context: StepContext[CheckCohortSettings], name: str) -> list[Limit]:
    checked = context.settings.steps[name]
    module = importlib.import_module(checked.settings.module)
    limits: list[Limit] = module.limits(name, checked.settings, context.inputs[checked.prepare])
    return limits
