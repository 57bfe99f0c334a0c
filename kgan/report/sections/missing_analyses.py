"""Analyses that were reduced or omitted because the cohort is too small, or that failed."""

from collections.abc import Sequence
from dataclasses import dataclass

from kgan.data.cohort.limits_table import LIMITS
from kgan.pipeline.run_folder import FinishedStep
from kgan.report.formatting import listing
from kgan.report.html import Section

#: Names of the analyses in the report, by the kind of their step.
NAMES = {
    "embed": "the t-SNE plot",
    "measure": "the fidelity metrics",
    "privacy": "the membership inference test",
    "turing": "the Visual Turing Tests",
    "equivalent": "patient equivalence",
    "export": "the exported models",
}


@dataclass(frozen=True)
class Missing:
    """An analysis without a result.

    Args:
        step: its name in the plan.
        does: the kind of step.
        reason: why it has no result.
    """

    step: str
    does: str
    reason: str

    @property
    def name(self) -> str:
        """Its name in the report."""
        return NAMES.get(self.does, self.step)


def limits_section(check: FinishedStep | None, missing: Sequence[Missing]) -> Section | None:
    """Make the section on reduced and omitted analyses.

    Args:
        check: the step ``check-cohort``, which collects the limits before anything is trained.
        missing: analyses without a result.
    """
    omitted = {analysis.step for analysis in missing}
    reduced = [row for row in LIMITS.read(check.folder) if row.step not in omitted] if check else []
    items = [f"{analysis.step}: {analysis.name} left out: {analysis.reason}" for analysis in missing]
    items += [row.sentence for row in reduced]
    if not items:
        return None
    return Section(
        "limits",
        "Limits of this cohort",
        ["The cohort is too small for these requests. They were reduced or left out, for the reasons given."],
        items=[f"{item.removesuffix('.')}." for item in items],
    )


def limits_warning(missing: Sequence[Missing]) -> list[str]:
    """Return one line that names the missing analyses, if there are any."""
    if not missing:
        return []
    return [f"Left out: {listing([analysis.name for analysis in missing])}. The reasons are below."]
