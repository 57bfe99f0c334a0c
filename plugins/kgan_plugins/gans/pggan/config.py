"""Configuration of PGGAN. No TensorFlow."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator

from kgan.contracts.config import BATCH_SIZE, ImageShape, NoiseToImageConfig, Unfit
from kgan.contracts.constraints import DecayRate, NonNegativeFloat, PositiveFloat, PositiveInt
from kgan.errors import did_you_mean
from kgan_plugins.gans.pggan.growth import CHANNELS, SIZES, resolutions, share_of, stages
from kgan_plugins.gans.square_images import check_square

if TYPE_CHECKING:
    from kgan.contracts.loss import AdversarialLoss
    from kgan_plugins.gans.pggan.pggan import PGGAN


def _odd(number: int) -> int:
    if number % 2 == 0:
        raise ValueError("an odd number, such as 3 or 5")
    return number


class PGGANConfig(NoiseToImageConfig):
    """Progressive growing of GANs, with the widths of Han et al. by default."""

    reference: ClassVar[str] = (
        "Karras et al., Progressive Growing of GANs, 2018, arXiv:1710.10196; Han et al., Combining "
        "Noise-to-Image and Image-to-Image GANs, 2019, section III-B and table 1; Delplace et al. (the paper "
        "of the thesis arXiv:2001.05447), section 2.1, ProGAN."
    )
    shown_in_bfloat16: ClassVar[bool] = True

    latent_size: PositiveInt = 512
    """Features of the latents, which are scaled to a hypersphere."""
    channels: Mapping[PositiveInt, PositiveInt] | None = None
    """Resolution -> features, for 4, 8, ..., size; Han et al.'s by default."""
    kernel: Annotated[PositiveInt, AfterValidator(_odd)] = 3
    """Side of the convolutions' kernels, odd: 3 in Han et al., 5 in Delplace et al. The generator's first
    one and the critic's last one (4x4), and those to and from images (1x1), keep theirs."""
    learning_rate: PositiveFloat = 1e-3
    """Of Adam, for both networks."""
    beta_1: DecayRate = 0.0
    """Of Adam."""
    beta_2: DecayRate = 0.99
    """Of Adam."""
    stddev_group: PositiveInt = 4
    """Images in a group of the minibatch standard deviation; batches are multiples of it."""
    first_resolution: PositiveInt = 4
    """Where training starts; the layers below it are there from the beginning."""
    phase_share: Mapping[str, NonNegativeFloat] | tuple[NonNegativeFloat, NonNegativeFloat] | None = None
    """Relative numbers of steps: two numbers for each blending phase and each other one, or phase name ->
    number (1 where a phase is not named; 0 leaves one out)."""
    output: Literal["linear", "tanh"] = "linear"
    """What generated images go through at last: nothing in Karras et al. and Han et al., tanh in the public
    code of Delplace et al."""

    @property
    def features(self) -> dict[int, int]:
        """Resolution -> features."""
        return dict(CHANNELS if self.channels is None else self.channels)

    def check(self, image_shape: ImageShape, batch_size: int | None = None) -> None:
        """Refuse sizes that cannot be grown to, phases that are none, batches that groups do not divide."""
        check_square(image_shape, SIZES)
        growth = resolutions(image_shape[0])
        known = ", ".join(map(str, growth))
        if self.first_resolution not in growth:
            raise Unfit(
                f"first_resolution {self.first_resolution}; expected one of {known}", "first_resolution"
            )
        missing = [resolution for resolution in growth if resolution not in self.features]
        if missing:
            raise Unfit(
                f"channels gives no positive number for {missing[0]}; expected one for each of {known}; "
                f"received {self.features}",
                "channels",
            )
        self._check_shares(image_shape[0])
        if batch_size is not None and batch_size > self.stddev_group and batch_size % self.stddev_group:
            near = batch_size // self.stddev_group * self.stddev_group
            raise Unfit(
                f"a batch of {batch_size} images in each replica; expected a multiple of stddev_group "
                f"({self.stddev_group}), such as {near}; change batch_size or stddev_group",
                BATCH_SIZE,
            )

    def _check_shares(self, size: int) -> None:
        """Refuse shares that name no phase, or leave nothing to the last one."""
        among, shares = stages(size, self.first_resolution), self.phase_share
        names = [stage.name for stage in among]
        for name in shares if isinstance(shares, Mapping) else ():
            if name not in names:
                hint = did_you_mean(name, names) or "."
                text = f"phase_share has {name!r}{hint} Phases are {', '.join(names)}"
                raise Unfit(text, "phase_share", name)
        weights = [share_of(stage, shares) for stage in among]
        if weights[-1] <= 0:
            received = ", ".join(f"{name}: {weight:g}" for name, weight in zip(names, weights, strict=True))
            raise Unfit(f"phase_share gives {received}; expected the last above 0", "phase_share")

    def group_size(self, batch: int) -> int:
        """Return how many images of a batch the minibatch standard deviation takes together."""
        return min(self.stddev_group, batch)

    def build(self, image_shape: ImageShape, loss: "AdversarialLoss") -> "PGGAN":
        """Make an untrained PGGAN."""
        from kgan_plugins.gans.pggan.pggan import PGGAN

        return PGGAN(self, image_shape, loss)

    @classmethod
    def tiny(cls) -> "PGGAN":
        """Return a GAN that `kgan.testing` can train in seconds."""
        from kgan_plugins.losses.configs import WGANGPConfig

        gan = cls(latent_size=8, channels={4: 8, 8: 4}).build((8, 8, 1), WGANGPConfig().build())
        return gan.train_as(average=0.9)

    def deviations(self) -> dict[str, str]:
        """Return departures from Han et al. 2019 and, by ``kernel: 5``, the ProGAN of Delplace et al.; both
        after Karras et al. 2018: key -> sentence."""
        texts = {
            "optimisers": "Adam starts afresh in each phase, as in the code of Karras et al. and of "
            "Delplace et al.",
            "latents": "Latents are drawn from N(0, 1) and scaled to a root mean square of 1, as in Karras "
            "et al.",
            "stddev": f"The minibatch standard deviation is taken over groups of {self.stddev_group} "
            "images, as in the code of Karras et al.",
        }
        if self.phase_share is None:
            texts["phases"] = "All phases of growth have the same number of steps."
        else:
            texts["phases"] = "The phases of growth share the steps by 'phase_share'."
        if self.first_resolution != 4:
            texts["start"] = f"Growth starts at {self.first_resolution} px instead of 4 px."
        if self.output == "linear":
            texts["output"] = (
                "The output is linear, as published; images are clipped to [-1, 1] when they are sampled."
            )
        if self.kernel != 3:
            texts["kernel"] = (
                f"All 3x3 convolutions are {self.kernel}x{self.kernel}, those on the 4x4 grid too, as the "
                "text of Delplace et al. says; their code has 3x3 there, gains of √2 in the last layers "
                "too, latents of length 1 and no normalisation by the pixel, which their text names."
            )
        return texts
