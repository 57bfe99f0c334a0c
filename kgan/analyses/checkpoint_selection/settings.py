"""Recipe section and step settings of the selection of a refiner's checkpoint."""

from typing import ClassVar

from pydantic import Field

from kgan.pipeline.settings import StepSettings
from kgan.schema.base import Part
from kgan.schema.types import Name, Title


class Choose(Part):
    """Selection of a refiner's number of training steps by classifier accuracy on validation images."""

    among: tuple[int, ...] = Field(
        min_length=2, description="Numbers of steps, ascending; the last is the full training."
    )
    setup: Title = Field(description="Setup of the evaluation; it must contain this refiner's images.")
    variant: Name | None = Field(
        default=None, description="Variant of the classifier; null: the one with weights, if any."
    )


class Candidate(Part):
    """A checkpoint of a refiner.

    Args:
        steps: training steps.
        pool: step with its images.
        classifier: step of the classifier that was trained on these.
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
    """Settings of the selection of a refiner's checkpoint.

    Args:
        source: name of the refiner.
        candidates: in the order of their training steps.
        models: one per class.
        setup: of the classifiers.
        variant: of the classifiers.
    """

    kind: ClassVar[str] = "choose"
    display_name: ClassVar[str] = "Checkpoint selection"
    module: ClassVar[str] = "kgan.analyses.checkpoint_selection.step"

    source: str
    candidates: tuple[Candidate, ...]
    models: tuple[ChosenModel, ...]
    setup: str
    variant: str

    def describe(self) -> str:
        """Describe the candidates and the criterion."""
        among = ", ".join(f"{candidate.steps:,}" for candidate in self.candidates)
        return f"select {self.source} after {among} steps by accuracy on validation images"
