"""Training options of each kind of model."""

from pydantic import Field, model_validator

from kgan.contracts.constraints import NonNegativeFloat, PositiveInt
from kgan.contracts.training_options import Augmentation, AverageDecay, LearningRateDecay
from kgan.schema.base import Part
from kgan.schema.types import Number, Precision

_OWN = "null for the default of the GAN"


class GanTrain(Part):
    """Training options of a noise-to-image GAN."""

    batch_size: int = Field(ge=1, description="Images per update.")
    epochs: Number | None = Field(
        default=None,
        gt=0,
        description="Passes over the images, one step per batch; alternative to 'steps'.",
    )
    steps: int | None = Field(default=None, ge=1, description="Training steps; alternative to 'epochs'.")
    average: AverageDecay | None = Field(
        default=None, description="Decay of the moving average of the generator's weights."
    )
    critic_updates: PositiveInt | None = Field(default=None, description=f"Per step; {_OWN}.")
    generator_updates: PositiveInt | None = Field(default=None, description=f"Per step; {_OWN}.")
    augment: tuple[Augmentation, ...] | None = Field(
        default=None, description=f"DiffAugment of all inputs of the critic; {_OWN}."
    )
    r1: NonNegativeFloat | None = Field(
        default=None, allow_inf_nan=False, description=f"Weight of the R1 penalty; {_OWN}."
    )
    halve_every: PositiveInt | None = Field(
        default=None, description="Steps after which the learning rates are halved."
    )
    decay: LearningRateDecay | None = Field(
        default=None, description=f"Decay of the learning rates to zero; {_OWN}."
    )
    precision: Precision = "float32"

    @model_validator(mode="after")
    def _has_one_length(self) -> "GanTrain":
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("either 'epochs' or 'steps'; write null for the other")
        return self

    def describe(self) -> str:
        """Describe the length of the training."""
        length = f"{self.steps:,} steps" if self.steps else f"{self.epochs:g} epochs"
        return f"{length} of batches of {self.batch_size}"


class RefinerTrain(Part):
    """Training options of an image-to-image GAN."""

    batch_size: int = Field(ge=1, description="Images per update.")
    steps: int = Field(ge=1, description="Training steps.")
    precision: Precision = "float32"

    def describe(self) -> str:
        """Describe the length of the training."""
        return f"{self.steps:,} steps of batches of {self.batch_size}"


class ClassifierTrain(Part):
    """Training options of the classifier."""

    batch_size: int = Field(ge=1, description="Images per update.")
    epochs: int = Field(ge=1, description="Maximum number of passes over the images of the setup.")
    patience: int = Field(
        ge=1, description="Stop after this number of epochs without a lower validation loss."
    )
    precision: Precision = "float32"

    def describe(self) -> str:
        """Describe the length of the training."""
        return f"{self.epochs:g} epochs of batches of {self.batch_size}"
