"""How a noise-to-image GAN is trained, whatever its networks and its loss are."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any

from annotated_types import Gt, Lt

from kgan.contracts.constraints import Count, NonNegative
from kgan.contracts.ranges import check_ranges
from kgan.errors import RecipeError, did_you_mean

#: Operations of differentiable augmentation; see `kgan.nn.augmentation`.
AUGMENTATIONS = ("brightness", "contrast", "translation", "cutout")

#: How learning rates fall from the first step to the last.
DECAYS = ("constant", "linear", "cosine")


@dataclass(frozen=True)
class TrainingOptions:
    """Figures of a training that every noise-to-image GAN has.

    Args:
        critic_updates: updates of the critic a step, each on images of its own.
        generator_updates: updates of the generator a step.
        average: decay of the moving average of the generator's weights, or ``None`` for none.
        augment: what is done to every image that the critic sees, real or generated, out of `AUGMENTATIONS`.
        r1: weight γ of the R1 penalty, γ/2 ‖∇critic(real)‖²; 0 for none.
        halve_every: steps after which the learning rates are halved, again and again; ``None`` for never.
        decay: how the learning rates fall from the first step to the last, to zero: one of `DECAYS`.
        steps: of the whole training; a decay that ends with it needs them by then (`check_length`).

    Raises:
        RecipeError: a figure out of range.
    """

    critic_updates: Count = 1
    generator_updates: Count = 1
    average: Annotated[float, Gt(0), Lt(1)] | None = None
    augment: Sequence[str] = ()
    r1: NonNegative = 0.0
    halve_every: Count | None = None
    decay: str = "constant"
    steps: Count | None = None

    def __post_init__(self) -> None:
        """Refuse what no training can do."""
        check_ranges("train", type(self).__init__, vars(self))
        _demand(not isinstance(self.augment, str), "augment", self.augment, "a list of operations")
        _demand(self.decay in DECAYS, "decay", self.decay, " or ".join(DECAYS))
        for operation in self.augment:
            hint = did_you_mean(operation, AUGMENTATIONS)
            _demand(operation in AUGMENTATIONS, "augment", operation, f"{', '.join(AUGMENTATIONS)}{hint}")

    def check_length(self) -> None:
        """Refuse a decay that does not know where to end.

        Raises:
            RecipeError: ``steps`` is missing.
        """
        timed = self.decay == "constant" or self.steps is not None
        _demand(timed, "steps", self.steps, "the length of the training, as the decay ends with it")

    @property
    def changes_rates(self) -> bool:
        """Whether learning rates are set by this rather than left to the plugin."""
        return self.halve_every is not None or self.decay != "constant"


#: Names of what a recipe may say of them.
NAMES = tuple(field.name for field in fields(TrainingOptions) if field.name != "steps")


def _demand(holds: bool, name: str, received: Any, expected: str) -> None:
    if not holds:
        raise RecipeError(f"train: {name} {received!r}; expected {expected}")
