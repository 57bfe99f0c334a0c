"""Through which states a progressively grown GAN passes, and how the steps are shared. No TensorFlow."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
        shares: relative numbers, of each blending stage and each other one, or by name; ``None``: equal.
    """
    weights = [share_of(stage, shares) for stage in among]
    ends = [round(steps * part / sum(weights)) for part in itertools.accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def share_of(stage: Stage, shares: Shares) -> float:
    """Return the relative number of steps of a stage."""
    if shares is None:
        return 1.0
    if isinstance(shares, Mapping):
        return float(shares.get(stage.name, 1.0))
    return float(shares[0 if stage.fading else 1])
