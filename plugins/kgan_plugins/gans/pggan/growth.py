"""Through which states a progressively grown GAN passes, how the steps are shared, what it can be asked for.

Imports no TensorFlow, as recipes are checked by it.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgan.errors import RecipeError, did_you_mean
from kgan_plugins.gans.square_images import check_square

#: Side of the smallest grid, from which all networks grow.
BASE = 4

#: Final sizes that can be grown to.
SIZES = (8, 16, 32, 64, 128, 256, 512, 1024)

#: Features at each resolution in Han et al. 2019, and in Delplace et al. 2020's public code.
CHANNELS = {4: 512, 8: 512, 16: 256, 32: 128, 64: 64, 128: 32, 256: 16}

Shares = Mapping[str, float] | Sequence[float] | None


@dataclass(frozen=True)
class Stage:
    """A state of growth.

    Args:
        resolution: of the images.
        fading: whether the block of this resolution is being blended in.
    """

    resolution: int
    fading: bool = False

    @property
    def name(self) -> str:
        """``"16"``, or ``"8-16"`` while growing from 8 to 16."""
        return f"{self.resolution // 2}-{self.resolution}" if self.fading else str(self.resolution)


def resolutions(size: int, first: int = BASE) -> tuple[int, ...]:
    """Return ``first``, twice that, ..., ``size``; all are powers of two."""
    return tuple(first << n for n in range((size // first).bit_length()))


def stages(size: int, first: int = BASE) -> tuple[Stage, ...]:
    """Return 4, 4-8, 8, 8-16, ...: one stage for the first resolution, two for each further one."""
    later = resolutions(size, first)[1:]
    grown = ((Stage(r, fading=True), Stage(r)) for r in later)
    return (Stage(first), *itertools.chain.from_iterable(grown))


def share(steps: int, among: Sequence[Stage], shares: Shares) -> list[int]:
    """Share steps among stages; rounding never adds or loses one.

    Args:
        steps: to be shared.
        among: the stages.
        shares: relative numbers, as `check_shares` accepts them.
    """
    weights = [_weight(stage, shares) for stage in among]
    ends = [round(steps * part / sum(weights)) for part in itertools.accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def widths(channels: Mapping[Any, int] | None) -> dict[int, int]:
    """Return resolution -> features, `CHANNELS` where none are given; JSON turns the numbers into text.

    Raises:
        RecipeError: a key that is no resolution.
    """
    given = CHANNELS if channels is None else channels
    try:
        return {int(resolution): width for resolution, width in given.items()}
    except ValueError:
        raise RecipeError(
            f"pggan: channels has the keys {', '.join(map(repr, given))}; expected resolutions: 4, 8, ..."
        ) from None


def by_name(shares: Shares) -> Shares:
    """Return shares whose keys are text, as phases are called; YAML reads an unquoted 16 as a number."""
    return {str(name): share for name, share in shares.items()} if isinstance(shares, Mapping) else shares


def check_pggan(
    figures: Mapping[str, Any], image_shape: Sequence[int], batch_size: int | None = None
) -> None:
    """Refuse what no growing network can have; asked when a recipe is read and when a `PGGAN` is made.

    Args:
        figures: of the constructor, defaults filled in.
        image_shape: (height, width, channels) of the images.
        batch_size: images of one update, or ``None`` where that is not known.

    Raises:
        RecipeError: with what was expected.
    """
    for name in ("latent_size", "kernel", "stddev_group"):
        if figures[name] < 1:
            raise RecipeError(f"pggan: {name} {figures[name]}; expected 1 or more")
    if figures["kernel"] % 2 == 0:
        raise RecipeError(f"pggan: kernel {figures['kernel']}; expected an odd number, such as 3 or 5")
    first = figures["first_resolution"]
    check_growth(image_shape, first, widths(figures["channels"]))
    check_shares(stages(image_shape[0], first), by_name(figures["phase_share"]))
    if batch_size is not None:
        check_group(batch_size, figures["stddev_group"])


def group_size(figures: Mapping[str, Any], image_shape: Sequence[int], batch: int) -> int:
    """Return how many images of a batch the minibatch standard deviation takes together."""
    return min(int(figures["stddev_group"]), batch)


def check_group(images: int, group: int) -> None:
    """Refuse a batch that the groups of the minibatch standard deviation do not divide.

    Args:
        images: of one update in one replica.
        group: images in a group; a smaller batch is one group.

    Raises:
        RecipeError: with the nearest batch that can be used.
    """
    if images > group and images % group:
        raise RecipeError(
            f"pggan: a batch of {images} images in each replica; expected a multiple of stddev_group "
            f"({group}), such as {images // group * group}; change batch_size or stddev_group"
        )


def check_shares(among: Sequence[Stage], shares: Shares) -> None:
    """Refuse shares that name no phase, or leave nothing to the last one.

    Raises:
        RecipeError: with what was expected.
    """
    names = [stage.name for stage in among]
    if isinstance(shares, Mapping):
        unknown = [name for name in shares if name not in names]
        if unknown:
            hint = did_you_mean(str(unknown[0]), names) or "."
            raise RecipeError(f"pggan: phase_share has {unknown[0]!r}{hint} Phases are {', '.join(names)}")
    elif shares is not None and len(shares) != 2:
        raise RecipeError(
            f"pggan: phase_share {list(shares)}; expected two numbers (for each blending phase and for each "
            "other one) or a mapping of phases to numbers"
        )
    weights = [_weight(stage, shares) for stage in among]
    if min(weights) < 0 or weights[-1] <= 0:
        received = ", ".join(f"{name}: {weight:g}" for name, weight in zip(names, weights, strict=True))
        raise RecipeError(f"pggan: phase_share gives {received}; expected none below 0 and the last above it")


def check_growth(image_shape: Sequence[int], first: int, channels: Mapping[int, int]) -> None:
    """Refuse sizes and widths that no growing network has.

    Raises:
        RecipeError: with what was expected.
    """
    check_square("pggan", image_shape, SIZES)
    growth = resolutions(image_shape[0])
    known = ", ".join(map(str, growth))
    if first not in growth:
        raise RecipeError(f"pggan: first_resolution {first}; expected one of {known}")
    missing = [resolution for resolution in growth if channels.get(resolution, 0) < 1]
    if missing:
        raise RecipeError(
            f"pggan: channels gives no positive number for {missing[0]}; expected one for each of {known}; "
            f"received {dict(channels)}"
        )


def _weight(stage: Stage, shares: Shares) -> float:
    if shares is None:
        return 1.0
    if isinstance(shares, Mapping):
        return float(shares.get(stage.name, 1.0))
    return float(shares[0 if stage.fading else 1])
