"""MUNIT: two auto-encoders whose codes mean the same, so that images change domain and keep their content.

Trained with the UNIT loss, as Han et al. did, or with the full MUNIT loss and its style codes.
"""

from typing import Any

import keras
import tensorflow as tf

from kgan.contracts.config import ImageShape
from kgan.contracts.gan import ImageToImageGAN
from kgan.nn import optimizers
from kgan.nn.functional import Functional, Values, built, values_of
from kgan.random import tensors
from kgan_plugins.gans.munit import networks, streams, vgg
from kgan_plugins.gans.munit.config import MUNITConfig
from kgan_plugins.gans.munit.losses import feature_distance, least_squares
from kgan_plugins.gans.munit.networks import DOMAINS, Plan
from kgan_plugins.gans.munit.streams import Pair, domains_of
from kgan_plugins.layers.network_group import Group, trainable, watched

#: Terms of the generators' loss, each with the configuration's field of that name for its weight.
_UNIT_TERMS = ("adversarial", "reconstruction", "kl", "cycle", "cycle_kl")
_MUNIT_TERMS = ("adversarial", "reconstruction", "content_code", "style_code")


class MUNIT(ImageToImageGAN):
    """MUNIT in the architecture of Han et al. 2019, table 2, with the UNIT loss that they trained it with.

    A step is one update of both critics and then one of all encoders and decoders, on the same images.
    With the UNIT loss a code is the encoder's output plus N(0, 1) noise; refining adds none, so an image
    has one refinement. Style codes are drawn in training; refining takes the code zero, the middle of their
    distribution, and `refine_as` any that it is given.

    Where the papers are silent or contradict one another, these are decisions of ours: without style codes
    the parameters of adaptive instance normalisation are a learnt vector for each decoder (the UNIT authors'
    code has no such parameters); it follows every decoder convolution but the last, as in Han et al. (Huang
    et al. have layer normalisation after the two that follow an upsampling); normalised convolutions have no
    bias; borders are reflected (zeros around the critics' last, 4x4 convolution), as is the default of
    Huang et al.; the critics' images are pooled over 3x3 px; kernels start as He's (critics: N(0, 0.02)),
    without Huang's weight decay; losses are means over pixels, features and score maps and sums over scales
    and domains, as in the authors' code, for which the weights were chosen.

    Args:
        config: of the GAN.
        image_shape: (height, width, channels); sides are multiples of 4, at least 64 px with three scales.
            The networks see grey images as three equal channels.
    """

    def __init__(self, config: MUNITConfig, image_shape: ImageShape) -> None:
        super().__init__(config, image_shape)
        self.notes = self._notes()
        self._build()
        self._features: keras.Model | None = None

    @property
    def refiner(self) -> keras.Model:
        """Images (n, *image_shape) float32 in [-1, 1] -> the same in the target domain's look."""
        return self._networks["refiner"]

    @property
    def networks(self) -> dict[str, keras.Model]:
        """Refiner, its reverse (target to source), two critics and, with style codes, two style encoders."""
        return dict(self._networks)

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """One Adam for all that generates, one for both critics."""
        return {"generators": self._generators.optimizer, "critics": self._critics.optimizer}

    @property
    def reported(self) -> tuple[str, ...]:
        """The critics' loss and the weighted terms of the generators', which add up to it."""
        terms: tuple[str, ...]
        if not self.config.has_styles:
            terms = _UNIT_TERMS
        else:
            terms = (*_MUNIT_TERMS, *(["cycle"] if self.config.cycle else []))
        return ("critic_loss", *terms, *(["perceptual"] if self.config.is_perceptual else []))

    def refine_as(self, images: tf.Tensor, styles: tf.Tensor) -> tf.Tensor:
        """Refine images, each in a style of its own; only for instances with style codes.

        Args:
            images: (n, *image_shape) float32 in [-1, 1].
            styles: (n, style) float32, as drawn from N(0, 1).

        Returns:
            Tensor of the images' shape, in [-1, 1].
        """
        content = self._generators.networks["source encoder"](networks.inside(images), training=False)
        refined = self._generators.networks["target decoder"]([content, styles], training=False)
        return networks.outside(refined, self.image_shape[-1])

    def begin(self, *, seed: int, jit: bool = False) -> None:
        """Set the run's seed and compiler; load what the perceptual term looks through.

        Raises:
            DataError: the weights of VGG16 cannot be had or do not fit.
        """
        if self.config.is_perceptual and self._features is None:
            features = vgg.build_features()
            vgg.load(features, str(self.config.vgg_weights))
            self._features = features
        super().begin(seed=seed, jit=jit)

    def compile_differentiation(self) -> None:
        """Wrap the two differentiations."""
        self.differentiate_critics = self.as_graph(self._differentiate_critics)
        self.differentiate_generators = self.as_graph(self._differentiate_generators)

    def train_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, tf.Tensor]:
        """Train on one batch.

        Args:
            data: source and target images, each (n, *image_shape) float32 in [-1, 1].

        Returns:
            dict: running means of what `reported` lists.
        """
        images = Pair(*(networks.inside(side) for side in data))
        results = self._update_critics(images)
        return self.report(**results, **self._update_generators(images))

    def _notes(self) -> tuple[str, ...]:
        off = "munit: the perceptual term is off, as it needs VGG16's weights; give them by vgg_weights."
        fixed = "munit: images are refined with the style code zero, so that each has one refinement."
        is_off = self.config.perceptual > 0 and self.config.vgg_weights is None
        return (*([off] if is_off else []), *([fixed] if self.config.has_styles else []))

    def _build(self) -> None:
        style = int(self.config.style) if self.config.has_styles else None
        config = self.config
        self._plan = Plan(
            self.image_shape, config.width, config.blocks, config.scales, style, config.residual
        )
        self._generators = self._group(networks.generators(self._plan))
        self._critics = self._group(networks.critics(self._plan))
        self._networks = networks.translators(self._plan, self._generators.networks)
        self._networks |= {f"{domain}_critic": network for domain, network in self._critics.networks.items()}
        if self.config.has_styles:
            styles = {f"{domain}_style": self._generators.networks[f"{domain} style"] for domain in DOMAINS}
            self._networks |= styles

    def _group(self, networks: dict[str, keras.Model]) -> Group:
        schedule = keras.optimizers.schedules.ExponentialDecay(
            self.config.learning_rate, self.config.halve_every, 0.5, staircase=True
        )
        return Group(networks, built(optimizers.Adam(schedule, 0.5, 0.999), trainable(networks)))

    def _draw(self, images: Pair, update: str) -> dict[str, tf.Tensor]:
        """Draw noise for content codes or, where there are styles, style codes."""
        shape = [self.config.style] if self.config.has_styles else self._plan.content
        names = DOMAINS if self.config.has_styles or update == "critics" else streams.NOISES
        count = tf.shape(images.source)[0]
        return {name: tensors.normal((count, *shape), self.seed_for(f"{update}/{name}")) for name in names}

    def _update_critics(self, images: Pair) -> dict[str, tf.Tensor]:
        drawn = self._draw(images, "critics")
        values = self._critics.values(), self._generators.values()

        loss, gradients = self.differentiate_critics(*values, images.source, images.target, drawn)

        self._critics.apply(gradients)
        return {"critic_loss": loss}

    def _update_generators(self, images: Pair) -> dict[str, tf.Tensor]:
        drawn = self._draw(images, "generators")
        features = values_of(self._features) if self._features is not None else ([], [])
        values = self._critics.values(), self._generators.values(), features

        terms, gradients = self.differentiate_generators(*values, images.source, images.target, drawn)

        self._generators.apply(gradients)
        return terms

    def _differentiate_critics(
        self,
        critic_values: dict[str, Values],
        generator_values: dict[str, Values],
        source: tf.Tensor,
        target: tf.Tensor,
        drawn: dict[str, tf.Tensor],
    ) -> tuple[Any, ...]:
        images, critics = Pair(source, target), self._critics.pure(critic_values)
        domains = domains_of(self._generators.pure(generator_values), self.config.residual)
        fakes = streams.translated(*domains, images, drawn)
        with tf.GradientTape() as tape:
            tape.watch(watched(critics))
            loss = tf.add_n(
                [
                    least_squares(critics[domain](getattr(shown, domain)), wanted)
                    for domain in DOMAINS
                    for shown, wanted in ((images, 1.0), (fakes, 0.0))
                ]
            )
            objective = self._critics.objective(loss)
        return loss, self._critics.gradients(tape, objective, critics)

    def _differentiate_generators(
        self,
        critic_values: dict[str, Values],
        generator_values: dict[str, Values],
        feature_values: Values,
        source: tf.Tensor,
        target: tf.Tensor,
        drawn: dict[str, tf.Tensor],
    ) -> tuple[Any, ...]:
        images, critics = Pair(source, target), self._critics.pure(critic_values)
        generators = self._generators.pure(generator_values)
        with tf.GradientTape() as tape:
            tape.watch(watched(generators))
            domains = domains_of(generators, self.config.residual)
            if self.config.has_styles:
                terms, fakes = streams.munit(*domains, images, drawn, cycle=self.config.cycle > 0)
            else:
                terms, fakes = streams.unit(*domains, images, drawn)
            terms["adversarial"] = tf.add_n(
                [least_squares(critics[domain](getattr(fakes, domain)), 1.0) for domain in DOMAINS]
            )
            if self.config.is_perceptual:
                terms["perceptual"] = self._perceive(feature_values, images, fakes)
            weighted = {name: getattr(self.config, name) * value for name, value in terms.items()}
            objective = self._generators.objective(tf.add_n(list(weighted.values())))
        return weighted, self._generators.gradients(tape, objective, generators)

    def _perceive(self, values: Values, images: Pair, fakes: Pair) -> tf.Tensor:
        """Return the distance (n,) of each image from what it was made of, both directions together."""
        features = Functional(self._features, values)
        shown = tf.concat([fakes.target, images.source, fakes.source, images.target], axis=0)
        refined, source, reverse, target = tf.split(features(vgg.as_imagenet(shown), training=False), 4)
        return feature_distance(refined, source) + feature_distance(reverse, target)
