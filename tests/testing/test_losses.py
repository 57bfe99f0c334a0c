from typing import ClassVar

import pytest
import tensorflow as tf

from kgan.testing import hold, laws, parametrize
from kgan.testing.losses import Plain, PlainConfig


@parametrize({"plain": PlainConfig().build}, "loss")
def test_plain_keeps_the_contract(make, check):
    check(make)


class Reduced(Plain):
    def generator(self, fake):
        return tf.reduce_mean(tf.nn.softplus(-fake))


class Mixed(Plain):
    def generator(self, fake):
        return tf.nn.softplus(tf.reduce_mean(fake) - 2 * fake)


class Upside(Plain):
    def generator(self, fake):
        return tf.nn.softplus(fake)


class Blind(Plain):
    def discriminator(self, real, fake):
        return tf.nn.softplus(-real) + 0.0 * fake


class Unstable(Plain):
    def discriminator(self, real, fake):
        return -tf.math.log(tf.sigmoid(real)) - tf.math.log(1 - tf.sigmoid(fake))


class Scalar(Plain):
    def penalty(self, critic, real, fake, seed):
        return tf.reduce_mean(critic(real))


class Unseeded(Plain):
    def penalty(self, critic, real, fake, seed):
        return tf.random.uniform(tf.shape(real)[:1])


class Neighbourly(Plain):
    def penalty(self, critic, real, fake, seed):
        return tf.fill(tf.shape(real)[:1], tf.math.reduce_std(real))


class DrawnElsewhere(Plain):
    def penalty(self, critic, real, fake, seed):
        return tf.random.stateless_uniform(tf.shape(real)[:1], seed)


class Stopped(Plain):
    def penalty(self, critic, real, fake, seed):
        return tf.square(tf.stop_gradient(critic(real))[:, 0])


class Single(Plain):
    def penalty(self, critic, real, fake, seed):
        return tf.square(critic(real)[:, 0]) * tf.ones((4,), tf.float32)


class NeedyConfig(PlainConfig):
    requires: ClassVar = ("indepedent scores",)


class WordedConfig(PlainConfig):
    requires: ClassVar = "unbounded scores"


class Clipped(Plain):
    clip = 0.0


class Forgetful(Plain):
    def get_config(self):
        return {**super().get_config(), "drawn": float(tf.random.uniform(()))}


class UnequalConfig(PlainConfig):
    def __eq__(self, other):
        return self is other


def made(loss):
    """Return what builds a loss, or the plain one of another configuration."""
    return loss().build if issubclass(loss, PlainConfig) else lambda: loss(PlainConfig())


@pytest.mark.parametrize(
    ("loss", "broken"),
    [
        (Reduced, "one_value_a_score"),
        (Mixed, "samples_do_not_mix"),
        (Upside, "generator_gains_from_higher_scores"),
        (Blind, "real_looking_fakes_cost_the_critic"),
        (Unstable, "finite_at_fifty"),
        (Scalar, "penalty_one_value_a_sample"),
        (Unseeded, "penalty_one_value_a_sample"),
        (Neighbourly, "penalties_do_not_mix"),
        (DrawnElsewhere, "penalty_agrees_with_xla"),
        (Stopped, "penalty_gradient_is_exact"),
        (NeedyConfig, "requirements_are_known"),
        (WordedConfig, "requirements_are_known"),
        (Clipped, "requirements_are_known"),
        (Forgetful, "config_survives_json"),
        (UnequalConfig, "config_survives_json"),
    ],
)
def test_a_broken_loss_is_found(loss, broken):
    result = hold(broken, laws("loss")[broken], made(loss))
    assert result.passed is False and result.message


def test_a_penalty_for_float32_alone_is_not_compared_with_finite_differences():
    law = "penalty_gradient_is_exact"
    result = hold(law, laws("loss")[law], made(Single))
    assert result.passed is None and "float64" in result.message
