"""Recipe section and step settings of the comparison of classifiers."""

from typing import ClassVar, Literal

from pydantic import Field

from kgan.analyses.comparison.controls.derivation import POSITIVE
from kgan.pipeline.settings import StepSettings
from kgan.schema.base import Part
from kgan.schema.types import Chosen, Number, Rate, Title


class Compare(Part):
    """Comparison of classifiers: a few planned pairs receive a conclusion, all others are exploratory."""

    alpha: Number = Field(default=0.05, gt=0, lt=1, description="Significance level.")
    metric: Literal["accuracy", "sensitivity", "specificity", "auroc"] = Field(
        default="accuracy", description="Primary metric, the only one with conclusions."
    )
    baseline: Title | None = Field(
        default=None, description="Planned: every other setup against this one; null: the first setup."
    )
    planned: dict[Title, Title] | None = Field(
        default=None, description="Planned by name: setup -> its reference setup."
    )
    involving: Chosen = Field(
        default="all",
        description="Exploratory pairs: those with a refined setup, all, or those with a listed setup.",
    )


class Published(Part):
    """Published results of a classifier, in percent."""

    accuracy: Rate
    sensitivity: Rate | None = None
    specificity: Rate | None = None


class ComparedCell(Part):
    """A trained classifier.

    Args:
        setup: its data-augmentation setup.
        title: what the setup is called in figures; empty for its name.
        variant: of the classifier.
        step: of its training and test.
        prepare: step of its split.
        published: published results, in percent.
        split: number of its split, from 1.
        seed: number of its run, from 1.
        control: "positive" or "negative" where the setup is a control; empty otherwise.
    """

    setup: str
    title: str = ""
    variant: str = ""
    step: str
    prepare: str = "prepare"
    published: Published | None = None
    split: int = 1
    seed: int = 1
    control: str = ""


class PlannedPair(Part):
    """A planned comparison of a second setup with a first one, in one variant."""

    first: str
    second: str
    variant: str


class ControlPair(PlannedPair):
    """A comparison of a control with its base, in one variant.

    Args:
        kind: "positive" or "negative".
    """

    kind: str


class ComparisonSettings(StepSettings):
    """Settings of the comparison of classifiers.

    Args:
        alpha: significance level.
        metric: primary metric.
        planned: pairs that receive a conclusion.
        involving: setups of which every exploratory pair contains at least one; ``None`` for all pairs.
        cells: the classifiers; those of the same setup and variant are replicates.
        controls: pairs of which the right answer is known, in families of their own.
    """

    kind: ClassVar[str] = "compare"
    display_name: ClassVar[str] = "Statistics"
    module: ClassVar[str] = "kgan.analyses.comparison.step"
    has_limits: ClassVar[bool] = True

    alpha: float
    metric: str
    planned: tuple[PlannedPair, ...]
    involving: tuple[str, ...] | None
    cells: tuple[ComparedCell, ...]
    controls: tuple[ControlPair, ...] = ()

    @property
    def families(self) -> tuple[tuple[str, int], ...]:
        """The families that must be able to find something: what to do for more power, number of pairs."""
        positive = sum(pair.kind == POSITIVE for pair in self.controls)
        fewer = "add fewer controls" if positive > 1 else "leave the positive control out"
        families = (("plan fewer (compare.planned)", len(self.planned)), (fewer, positive))
        return tuple((way_out, pairs) for way_out, pairs in families if pairs)

    def describe(self) -> str:
        """Describe the number of classifiers and the tests."""
        kinds = {(cell.setup, cell.variant) for cell in self.cells}
        times = len(self.cells) // len(kinds)
        each = f", {times} runs of each" if times > 1 else ""
        planned = f"{len(self.planned)} planned comparisons in {self.metric}"
        controls = f", {len(self.controls)} with controls" if self.controls else ""
        return f"compare {len(kinds)} classifiers{each}: {planned}{controls}, alpha {self.alpha:g}"
