"""What a cohort did not bear of what was asked, and what is missing for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgan.pipeline.run_folder import FinishedStep
from kgan.report.formatting import listing
from kgan.report.html import Section

#: What people call the analyses, by the kind of their step.
NAMES = {
    "embed": "the map of images",
    "measure": "realism, diversity and distances",
    "privacy": "the search for training images",
    "turing": "the Visual Turing Tests",
    "equivalent": "equivalent patients",
    "export": "the exported models",
}


@dataclass(frozen=True)
class Missing:
    """An analysis that there is nothing of.

    Args:
        step: its name in the plan.
        does: the kind of step.
        reason: why, in words.
    """

    step: str
    does: str
    reason: str

    @property
    def name(self) -> str:
        """What people call it."""
        return NAMES.get(self.does, self.step)


def limits_section(check: FinishedStep | None, missing: Sequence[Missing]) -> Section | None:
    """Make the section on what was done with less of, or left out.

    Args:
        check: the step that has asked all others before anything was trained.
        missing: analyses that there is nothing of.
    """
    known = {one.step for one in missing}
    less = [one for one in (check.facts.get("limits") or () if check else ()) if one["step"] not in known]
    items = [f"{one.step}: {one.name} left out: {one.reason}" for one in missing]
    items += [f"{one['step']}: {_left_out(one)}{one['text']}" for one in less]
    if not items:
        return None
    return Section(
        "limits",
        "What this cohort does not bear",
        ["Asked for, and left out or done with less of, for the reasons given."],
        items=[f"{item.removesuffix('.')}." for item in items],
    )


def limits_warning(missing: Sequence[Missing]) -> list[str]:
    """Say in one line what is missing, if anything is."""
    if not missing:
        return []
    return [f"Left out: {listing([one.name for one in missing])}. The reasons are below."]


def _left_out(limit: Mapping[str, Any]) -> str:
    return "left out: " if limit["outcome"] == "left out" else ""
