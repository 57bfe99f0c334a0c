"""How each kind of model is trained."""

from pydantic import Field, model_validator

from kgan.schema.base import Part
from kgan.schema.types import Augmentation, Decay, Number, Precision

_OWN = "null for the GAN's own"


class GanTrain(Part):
    """How a noise-to-image GAN is trained."""

    batch_size: int = Field(ge=1, description="Images of one update.")
    epochs: Number | None = Field(
        default=None,
        gt=0,
        description="Passes through the images, a step for each batch; or 'steps'.",
    )
    steps: int | None = Field(default=None, ge=1, description="Training steps; or 'epochs'.")
    average: Number | None = Field(default=None, gt=0, lt=1, description="Decay of the weights' average.")
    critic_updates: int | None = Field(default=None, ge=1, description=f"A step; {_OWN}.")
    generator_updates: int | None = Field(default=None, ge=1, description=f"A step; {_OWN}.")
    augment: tuple[Augmentation, ...] | None = Field(
        default=None, description=f"DiffAugment of all that the critic sees; {_OWN}."
    )
    r1: Number | None = Field(default=None, ge=0, description=f"Weight of the R1 penalty; {_OWN}.")
    halve_every: int | None = Field(default=None, ge=1, description="Steps; halves the learning rates.")
    decay: Decay | None = Field(default=None, description=f"How learning rates fall to zero; {_OWN}.")
    precision: Precision = "float32"

    @model_validator(mode="after")
    def _has_one_length(self) -> "GanTrain":
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("either 'epochs' or 'steps'; write null for the other")
        return self

    def describe(self) -> str:
        """Say how long it is trained."""
        length = f"{self.steps:,} steps" if self.steps else f"{self.epochs:g} epochs"
        return f"{length} of batches of {self.batch_size}"


class RefinerTrain(Part):
    """How an image-to-image GAN is trained."""

    batch_size: int = Field(ge=1, description="Images of one update.")
    steps: int = Field(ge=1, description="Training steps.")
    precision: Precision = "float32"

    def describe(self) -> str:
        """Say how long it is trained."""
        return f"{self.steps:,} steps of batches of {self.batch_size}"


class ClassifierTrain(Part):
    """How the classifier is trained."""

    batch_size: int = Field(ge=1, description="Images of one update.")
    epochs: int = Field(ge=1, description="At most so many passes through the setup's images.")
    patience: int = Field(ge=1, description="Stop after so many epochs without a better validation loss.")
    precision: Precision = "float32"

    def describe(self) -> str:
        """Say how long it is trained."""
        return f"{self.epochs:g} epochs of batches of {self.batch_size}"
