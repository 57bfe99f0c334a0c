"""Laws of adversarial losses."""

import keras
import numpy as np
import tensorflow as tf

from kgan.contracts import draws
from kgan.contracts.loss import AdversarialLoss
from kgan.testing.configured import check_config_survives_json
from kgan.testing.laws import Make

SHAPES = ((4,), (4, 1), (4, 3, 2, 1))


@keras.saving.register_keras_serializable("kgan")
class Plain(AdversarialLoss):
    """The simplest loss, for checks of GANs: the critic separates scores, the generator raises them."""

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
    drawn = draws.uniform((2, 4, 8, 8, 1), tf.constant([1, 2], tf.int64), -1.0, 1.0)
    seed = tf.constant([3, 4], tf.int64)
    first, again = (loss.penalty(_critic, drawn[0], drawn[1], seed) for _ in range(2))
    if first is None:
        return
    assert first.shape == (4,), f"shape {first.shape} for four images; expected (4,)"
    assert first.dtype == tf.float32, f"{first.dtype}; expected float32"
    assert np.isfinite(first).all(), "the penalty is not finite"
    assert np.array_equal(first, again), "the penalty differs though the seed is the same"


def _critic(images: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.square(images), axis=(1, 2, 3), keepdims=True)[:, :, 0, 0]


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
)
