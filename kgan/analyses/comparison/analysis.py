"""Where the comparison of classifiers joins a plan, and how its section of a recipe is checked."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from kgan.analyses.base import Analysis, Planner
from kgan.analyses.comparison.controls.derivation import control_bases, control_kind
from kgan.analyses.comparison.settings import Compare, ComparisonSettings, ControlPair, PlannedPair
from kgan.analyses.recipe_facts import Mistake, RecipeFacts, unknown_name

#: Metrics of one class: they rise where a classifier prefers that class, whatever it has learnt.
_OF_ONE_CLASS = ("sensitivity", "specificity")


class ComparisonAnalysis(Analysis[Compare]):
    """Which data-augmentation setup makes the better classifier."""

    name: ClassVar[str] = "compare"
    section_type: ClassVar[type[Compare]] = Compare
    description: ClassVar[str] = "Which classifiers are compared, and which comparisons are decided."
    of_classifiers: ClassVar[bool] = True
    default: ClassVar[Compare] = Compare()
    report_order: ClassVar[int] = 1
    answers_question: ClassVar[bool] = True

    def plan(self, section: Compare, planner: Planner) -> None:
        """Add the comparison of all setups' classifiers, where there are any."""
        cells = planner.cells()
        if not cells:
            return
        variants = dict.fromkeys(cell.variant for cell in cells)
        setups = planner.setups()
        planned = tuple(
            PlannedPair(first=baseline, second=setup, variant=variant)
            for setup, baseline in planned_pairs(section, setups).items()
            for variant in variants
        )
        controls = tuple(
            ControlPair(first=base, second=setup, variant=variant, kind=control_kind(setups[setup]))
            for setup, base in control_bases(setups).items()
            for variant in variants
        )
        settings = ComparisonSettings(
            seed=planner.seed("compare"),
            alpha=section.alpha,
            metric=section.metric,
            planned=planned,
            involving=involved_setups(section, setups, planner.refiners()),
            cells=tuple(cells),
            controls=controls,
        )
        planner.add("compare", settings, [*(c.prepare for c in cells), *(c.step for c in cells)])

    def mistakes(self, section: Compare, facts: RecipeFacts) -> Iterator[Mistake]:
        """Yield setups that do not exist, contradictions, and controls in a metric that has none."""
        controls = [setup for setup, sources in facts.setups.items() if control_kind(sources)]
        if controls and section.metric in _OF_ONE_CLASS:
            yield (
                (self.name, "metric"),
                f"{section.metric} also changes with the shares of the classes that a source has, so that "
                f"{controls[0]!r} is no control; expected accuracy or auroc, or setups without controls",
            )
        planned = section.planned or {}
        names = [
            ("involving", setup) for setup in involved_setups(section, facts.setups, facts.refiners) or ()
        ]
        names += [("baseline", section.baseline)] if section.baseline is not None else []
        names += [("planned", setup) for pair in planned.items() for setup in pair]
        for key, setup in names:
            yield from unknown_name((self.name, key), setup, facts.setups, "setup", "Setups")
            if control_kind(facts.setups.get(setup, {})):
                text = "is a control, which is compared with its base alone, in a family of its own"
                yield (self.name, key), f"{setup!r} {text}; expected another setup"
        if section.baseline is not None and section.planned is not None:
            text = "expected a baseline or planned pairs, received both; write 'planned: null'"
            yield (self.name, "baseline"), f"{text} for every setup against {section.baseline!r}"
        for setup, baseline in planned.items():
            if setup == baseline:
                text = "expected another setup to be compared with, received itself"
                yield (self.name, "planned", setup), text


def planned_pairs(section: Compare, setups: Mapping[str, Any]) -> dict[str, str]:
    """Return each setup that is compared as planned, with the setup that it is compared with.

    Controls are none of them.
    """
    if section.planned is not None:
        return dict(section.planned)
    others = [setup for setup, sources in setups.items() if not control_kind(sources)]
    baseline = section.baseline or next(iter(others), None)
    return {setup: baseline for setup in others if baseline is not None and setup != baseline}


def involved_setups(
    section: Compare, setups: Mapping[str, Mapping[str, Any]], refiners: Any
) -> tuple[str, ...] | None:
    """Return the setups of which one at least is in every pair that is described; ``None`` for all pairs."""
    if section.involving == "refined":
        return tuple(
            setup
            for setup, parts in setups.items()
            if any(parts.get(name) for name in refiners) and not control_kind(parts)
        )
    return None if isinstance(section.involving, str) else section.involving
