"""How a noise-to-image GAN is trained, whatever its networks and its loss are. Imports no TensorFlow."""

import typing
from typing import Annotated, Literal, TypeAlias

from annotated_types import Gt, Lt
from pydantic import BaseModel, ConfigDict, Field

from kgan.contracts.constraints import NonNegativeFloat, PositiveInt
from kgan.errors import RecipeError

#: An operation of differentiable augmentation; see `kgan.nn.augmentation`.
Augmentation: TypeAlias = Literal["brightness", "contrast", "translation", "cutout"]

#: How learning rates fall from the first step to the last.
LearningRateDecay: TypeAlias = Literal["constant", "linear", "cosine"]

#: Decay of a moving average of weights.
AverageDecay: TypeAlias = Annotated[float, Gt(0), Lt(1)]


class TrainingOptions(BaseModel):
    """Options of the training that every noise-to-image GAN has.

    Args:
        critic_updates: updates of the critic a step, each on images of its own.
        generator_updates: updates of the generator a step.
        average: decay of the moving average of the generator's weights, or ``None`` for none.
        augment: what is done, in this order, to every image that the critic sees, real or generated.
        r1: weight γ of the R1 penalty, γ/2 ‖∇critic(real)‖²; 0 for none.
        halve_every: steps after which the learning rates are halved, again and again; ``None`` for never.
        decay: how the learning rates fall from the first step to the last, to zero.
        steps: of the whole training; a decay that ends with it needs them by then (`check_length`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    critic_updates: PositiveInt = 1
    generator_updates: PositiveInt = 1
    average: AverageDecay | None = None
    augment: tuple[Augmentation, ...] = Field(default=(), strict=False)
    r1: NonNegativeFloat = 0.0
    halve_every: PositiveInt | None = None
    decay: LearningRateDecay = "constant"
    steps: PositiveInt | None = None

    def check_length(self) -> None:
        """Refuse a decay that does not know where to end.

        Raises:
            RecipeError: ``steps`` is missing.
        """
        if self.decay != "constant" and self.steps is None:
            raise RecipeError(
                f"train: steps None with decay {self.decay!r}; expected the length of the training, as the "
                "decay ends with it"
            )

    @property
    def changes_rates(self) -> bool:
        """Whether learning rates are set by this rather than left to the plugin."""
        return self.halve_every is not None or self.decay != "constant"


#: Names of what a recipe may say of them.
NAMES = tuple(name for name in TrainingOptions.model_fields if name != "steps")

#: The operations, in the order in which they are listed to people.
AUGMENTATIONS: tuple[str, ...] = typing.get_args(Augmentation)
