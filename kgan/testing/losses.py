"""Laws of adversarial losses."""

import numpy as np
import tensorflow as tf

from kgan.contracts.config import CriticProperty, LossConfig
from kgan.contracts.loss import AdversarialLoss
from kgan.random import tensors
from kgan.testing.checks import Make, Unchecked
from kgan.testing.configurable import check_config_survives_json

SHAPES = ((4,), (4, 1), (4, 3, 2, 1))


class PlainConfig(LossConfig):
    """The simplest loss, for checks of GANs."""

    def build(self) -> "Plain":
        """Make the loss."""
        return Plain(self)


class Plain(AdversarialLoss):
    """The critic separates scores, the generator raises them."""

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return the cross-entropy of scores taken as logits."""
        return tf.nn.softplus(-real) + tf.nn.softplus(fake)

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return the non-saturating cross-entropy."""
        return tf.nn.softplus(-fake)


def check_finite_at_fifty(make: Make) -> None:
    """Scores of ±50 give finite losses and finite gradients."""
    loss = make()
    for real in (-50.0, 50.0):
        for fake in (-50.0, 50.0):
            scores = tf.fill((4, 1), real), tf.fill((4, 1), fake)
            for name, value in _with_gradients(loss, *scores).items():
                assert np.isfinite(value).all(), f"{name} is {value.ravel()[0]} at real {real}, fake {fake}"


def check_real_looking_fakes_cost_the_critic(make: Make) -> None:
    """Among fakes, those scored like real images cost the critic more than those scored lower."""
    loss = make()
    real, low, high = tf.ones((4, 1)), tf.zeros((4, 1)), tf.ones((4, 1))
    caught, fooled = loss.discriminator(real, low).numpy(), loss.discriminator(real, high).numpy()
    assert (fooled > caught).all(), (
        f"{fooled.ravel()[0]} for a fake scored 1, {caught.ravel()[0]} for one scored 0"
    )


def check_generator_gains_from_higher_scores(make: Make) -> None:
    """The generator's cost falls as the critic's scores of its images rise."""
    loss = make()
    costs = [float(loss.generator(tf.fill((1,), score))[0]) for score in (-1.0, 0.0, 1.0)]
    assert costs[0] > costs[1] > costs[2], f"costs {costs} at scores -1, 0, 1; expected them to fall"


def check_one_value_a_score(make: Make) -> None:
    """Losses keep the shape and dtype of the scores: nothing is reduced over the batch."""
    loss = make()
    for shape in SHAPES:
        scores = tf.zeros(shape)
        values = {"discriminator": loss.discriminator(scores, scores), "generator": loss.generator(scores)}
        for name, value in values.items():
            assert value.shape == shape, f"{name}: shape {value.shape} for scores of shape {shape}"
            assert value.dtype == tf.float32, f"{name}: {value.dtype}; expected float32"


def check_samples_do_not_mix(make: Make) -> None:
    """A sample's loss depends on its own scores alone."""
    loss = make()
    scores = tf.constant([0.3, -0.2, 0.1, 0.5])
    other = tf.constant([0.3, 9.0, 9.0, 9.0])
    for name, first, second in (
        ("discriminator", loss.discriminator(scores, scores), loss.discriminator(other, other)),
        ("generator", loss.generator(scores), loss.generator(other)),
    ):
        assert float(first[0]) == float(second[0]), f"{name}: the first value changed with the other samples"


def check_penalty_one_value_a_sample(make: Make) -> None:
    """The penalty, if there is one, is (n,) float32, finite, and the same for the same seed."""
    loss = make()
    drawn = _images()
    first, again = (loss.penalty(_critic, drawn[0], drawn[1], _seed()) for _ in range(2))
    if first is None:
        return
    assert first.shape == (4,), f"shape {first.shape} for four images; expected (4,)"
    assert first.dtype == tf.float32, f"{first.dtype}; expected float32"
    assert np.isfinite(first).all(), "the penalty is not finite"
    assert np.array_equal(first, again), "the penalty differs though the seed is the same"


def check_penalties_do_not_mix(make: Make) -> None:
    """An image's penalty depends on that image, real or generated, and on no other of its batch."""
    loss = make()
    drawn = _images()
    other = tf.concat([drawn[:, :1], 0.5 * drawn[:, 1:]], axis=1)
    first, second = (loss.penalty(_critic, *images, _seed()) for images in (drawn, other))
    if first is None:
        return
    assert float(first[0]) == float(second[0]), "the first penalty changed with the other images"


def check_penalty_agrees_with_xla(make: Make) -> None:
    """The penalty is the same with XLA and without: its draws are those of `kgan.random.tensors`."""
    loss = make()
    drawn = _images()
    plain = loss.penalty(_critic, drawn[0], drawn[1], _seed())
    if plain is None:
        return
    compiled = tf.function(lambda real, fake: loss.penalty(_critic, real, fake, _seed()), jit_compile=True)
    penalty = compiled(drawn[0], drawn[1])
    gap = float(tf.reduce_max(tf.abs(penalty - plain)))
    assert gap <= 1e-4 * float(1.0 + tf.reduce_max(tf.abs(plain))), (
        f"the penalty with XLA and without differ by {gap:.2g}"
    )


def check_penalty_gradient_is_exact(make: Make) -> None:
    """The penalty's gradient by a critic's weights is that of finite differences, in float64."""
    loss = make()
    rng = np.random.default_rng(0)
    weights = [tf.constant(rng.normal(0.0, 0.2, shape)) for shape in ((64, 8), (8, 1))]
    directions = [tf.constant(rng.normal(size=weight.shape)) for weight in weights]
    try:
        middle, gradients = _penalty_and_gradients(loss, weights)
    except (TypeError, ValueError, tf.errors.InvalidArgumentError) as error:
        raise Unchecked(f"the penalty does not take float64 images: {error}") from error
    if middle is None:
        return
    ends = []
    for step in (1e-6, -1e-6):
        moved = [weight + step * way for weight, way in zip(weights, directions, strict=True)]
        total, _ = _penalty_and_gradients(loss, moved)
        ends.append(float(tf.reduce_sum(total)))
    expected = (ends[0] - ends[1]) / 2e-6
    along = sum(float(tf.reduce_sum(g * way)) for g, way in zip(gradients, directions, strict=True))
    scale = sum(float(tf.norm(g)) for g in gradients) + abs(float(middle))
    assert abs(along - expected) <= 1e-5 * scale, (
        f"derivative {along:.6g} by differentiation, {expected:.6g} by finite differences; is there an "
        "operation without second derivative, a stopped gradient, or a cast to float32?"
    )


def check_requirements_are_known(make: Make) -> None:
    """``requires`` is a tuple of `CriticProperty`, and ``clip`` is above zero or ``None``."""
    loss = make()
    requires = loss.config.requires
    known = isinstance(requires, tuple) and all(isinstance(item, CriticProperty) for item in requires)
    assert known, f"requires is {requires!r}; expected a tuple of kgan.contracts.config.CriticProperty"
    assert loss.clip is None or loss.clip > 0, f"clip is {loss.clip}; expected None or a number above zero"


def _images() -> tf.Tensor:
    """Return (2, 4, 8, 8, 1): four real images and four generated ones."""
    return tensors.uniform((2, 4, 8, 8, 1), tf.constant([1, 2], tf.int64), -1.0, 1.0)


def _seed() -> tf.Tensor:
    # No module's constant: TensorFlow's devices are settled with its first tensor.
    return tf.constant([3, 4], tf.int64)


def _critic(images: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.square(images), axis=(1, 2, 3), keepdims=True)[:, :, 0, 0]


def _penalty_and_gradients(
    loss: AdversarialLoss, weights: list[tf.Tensor]
) -> tuple[tf.Tensor | None, list[tf.Tensor]]:
    """Return the sum of the penalties for a smooth critic in float64, and its gradient by the weights."""
    drawn = tf.cast(_images(), tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(weights)
        values = loss.penalty(lambda images: _smooth(images, *weights), drawn[0], drawn[1], _seed())
        total = None if values is None else tf.reduce_sum(values)
    return total, [] if total is None else tape.gradient(total, weights, unconnected_gradients="zero")


def _smooth(images: tf.Tensor, first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    return tf.matmul(tf.tanh(tf.matmul(tf.reshape(images, (-1, 64)), first)), second)


def _with_gradients(loss: AdversarialLoss, real: tf.Tensor, fake: tf.Tensor) -> dict[str, np.ndarray]:
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        values = {"discriminator": loss.discriminator(real, fake), "generator": loss.generator(fake)}
    gradients = {f"{name}'s gradient": tape.gradient(value, fake) for name, value in values.items()}
    return {name: value.numpy() for name, value in {**values, **gradients}.items() if value is not None}


LOSS = (
    check_config_survives_json,
    check_finite_at_fifty,
    check_real_looking_fakes_cost_the_critic,
    check_generator_gains_from_higher_scores,
    check_one_value_a_score,
    check_samples_do_not_mix,
    check_penalty_one_value_a_sample,
    check_penalties_do_not_mix,
    check_penalty_agrees_with_xla,
    check_penalty_gradient_is_exact,
    check_requirements_are_known,
)
