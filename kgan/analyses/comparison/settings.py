"""How a recipe says that classifiers and images are judged, and what a paper found."""

from typing import ClassVar, Literal

from pydantic import Field

from kgan.pipeline.settings import StepSettings
from kgan.schema.base import Part
from kgan.schema.types import Chosen, Number, Rate, Title


class Compare(Part):
    """Which classifiers are compared: a few planned pairs are decided, all others described."""

    alpha: Number = Field(default=0.05, gt=0, lt=1, description="Threshold of significance.")
    metric: Literal["accuracy", "sensitivity", "specificity", "auroc"] = Field(
        default="accuracy", description="The primary metric: verdicts are in this one alone."
    )
    baseline: Title | None = Field(
        default=None, description="Planned: every other setup against this one; null: the first setup."
    )
    planned: dict[Title, Title] | None = Field(
        default=None, description="Planned instead: setup -> the setup that it is compared with."
    )
    involving: Chosen = Field(
        default="all", description="Which other pairs are described: with one of refined, all, setups."
    )


class Published(Part):
    """What a paper reports of a classifier, in percent."""

    accuracy: Rate
    sensitivity: Rate | None = None
    specificity: Rate | None = None


class ComparedCell(Part):
    """A trained classifier.

    Args:
        setup: its data-augmentation setup.
        variant: of the classifier.
        step: that trained and tested it.
        prepare: the step that prepared its split.
        published: what a paper reports of it, in percent.
        split: number of its split, from 1.
        seed: number of its run, from 1.
    """

    setup: str
    variant: str = ""
    step: str
    prepare: str = "prepare"
    published: Published | None = None
    split: int = 1
    seed: int = 1


class PlannedPair(Part):
    """A planned comparison of two setups in one variant, the second with the first."""

    first: str
    second: str
    variant: str


class ComparisonSettings(StepSettings):
    """Settings of the comparison of classifiers.

    Args:
        alpha: threshold of significance.
        metric: the primary one.
        planned: pairs that are decided.
        involving: setups of which one at least is in every pair that is described; ``None`` for all pairs.
        cells: the classifiers; those of one setup and variant are replicates of one.
    """

    kind: ClassVar[str] = "compare"
    module: ClassVar[str] = "kgan.analyses.comparison.step"
    has_limits: ClassVar[bool] = True

    alpha: float
    metric: str
    planned: tuple[PlannedPair, ...]
    involving: tuple[str, ...] | None
    cells: tuple[ComparedCell, ...]

    def describe(self) -> str:
        """Say how many classifiers are compared, and how."""
        kinds = {(cell.setup, cell.variant) for cell in self.cells}
        times = len(self.cells) // len(kinds)
        each = f", {times} runs of each" if times > 1 else ""
        planned = f"{len(self.planned)} planned comparisons in {self.metric}"
        return f"compare {len(kinds)} classifiers{each}: {planned}, alpha {self.alpha:g}"
