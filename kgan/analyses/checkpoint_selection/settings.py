"""How a recipe asks for the choice of a refiner's checkpoint, and the step's settings."""

from typing import ClassVar

from pydantic import Field

from kgan.pipeline.settings import StepSettings
from kgan.schema.base import Part
from kgan.schema.types import Name, Title


class Choose(Part):
    """After how many steps a refiner is taken: by the accuracy of classifiers on validation images."""

    among: tuple[int, ...] = Field(
        min_length=2, description="Steps, ascending; the last are those of its training."
    )
    setup: Title = Field(description="The setup that is tried; one with this refiner's images.")
    variant: Name | None = Field(default=None, description="Of the classifier; null: with weights, if any.")


class Candidate(Part):
    """A refiner after some training steps.

    Args:
        steps: of its training.
        pool: the step that holds its images.
        classifier: the step that trained a classifier on these.
        last: whether it is the end of the training.
    """

    steps: int
    pool: str
    classifier: str
    last: bool


class ChosenModel(Part):
    """A model of the refiner: the step that trains it, and the name of its class."""

    step: str
    name: str


class CheckpointSelectionSettings(StepSettings):
    """Settings of the choice of a refiner's checkpoint.

    Args:
        source: name of the refiner.
        candidates: in the order of their training steps.
        models: one a class.
        setup: that the classifiers were trained under.
        variant: of these.
    """

    kind: ClassVar[str] = "choose"
    module: ClassVar[str] = "kgan.analyses.checkpoint_selection.step"

    source: str
    candidates: tuple[Candidate, ...]
    models: tuple[ChosenModel, ...]
    setup: str
    variant: str

    def describe(self) -> str:
        """Say what is chosen, and by what."""
        among = ", ".join(f"{candidate.steps:,}" for candidate in self.candidates)
        return f"choose {self.source} after {among} steps by accuracy on validation images"
