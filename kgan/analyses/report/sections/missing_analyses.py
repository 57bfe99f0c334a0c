"""Analyses that were reduced or omitted because the cohort is too small, or that failed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgan.data.cohort.limits_table import LIMITS, LimitRow
from kgan.pipeline.records.run_folder import Steps
from kgan.report.formatting import listing
from kgan.report.html import Section
from kgan.steps.settings.check_cohort import CheckCohortSettings


@dataclass(frozen=True)
class Missing:
    """An analysis without a result.

    Args:
        step: its name in the plan.
        name: its name in the report.
        reason: why it has no result.
    """

    step: str
    name: str
    reason: str


def limits_section(run: Steps, missing: Sequence[Missing]) -> Iterator[Section]:
    """Yield the section on reduced and omitted analyses; none where there are none.

    Args:
        run: the finished steps; one of them collected the limits before anything was trained.
        missing: analyses without a result.
    """
    omitted = {analysis.step for analysis in missing}
    items = [f"{analysis.step}: {analysis.name} left out: {analysis.reason}" for analysis in missing]
    items += [limit.sentence for limit in _limits(run) if limit.step not in omitted]
    if items:
        yield Section(
            "limits",
            "Limits of this cohort",
            [
                "The cohort is too small for these requests. They were reduced or left out, for the reasons "
                "given."
            ],
            items=[f"{item.removesuffix('.')}." for item in items],
        )


def limits_warning(missing: Sequence[Missing]) -> list[str]:
    """Return one line that names the missing analyses, if there are any."""
    if not missing:
        return []
    return [f"Left out: {listing([analysis.name for analysis in missing])}. The reasons are below."]


def _limits(run: Steps) -> list[LimitRow]:
    check = run.first_of(CheckCohortSettings)
    return LIMITS.read(check.folder) if check else []
