"""Every noise-to-image GAN under losses of every kind: the laws on which the loss bears.

Those on which it does not (samples, latents, saved models, warm-up) are held by each GAN's own tests. The
step is the contract's, and takes a loss in one of three ways: as a function of the scores alone, with the
critic's weights clipped, or with a penalty on its gradient. So each GAN takes a step under a loss of each
kind, each loss is held to every law on the GAN of the least networks, and so is a penalty where a step has
two updates of the critic.
"""

import functools

import pytest

from kgan import registry
from kgan.contracts.config import NoiseToImageConfig
from kgan.testing import laws
from kgan.testing.devices import two_cpus

#: Each loss and its kind.
LOSSES = {"original": "scores", "lsgan": "scores", "wgan": "clip", "wgan_gp": "penalty", "dragan": "penalty"}
#: Each GAN and the loss under which its own tests hold it to every law.
OWN = {"dcgan": "original", "wgan": "wgan", "srresnet": "wgan_gp", "pggan": "wgan_gp"}
STEPS = ("a_step_moves_each_network", "reports_what_it_says")
UNTOUCHED = {
    "samples_are_images",
    "critic_scores_each_image",
    "latents_follow_the_seed",
    "generator_survives_saving",
    "warm_up_is_in_the_configuration",
}
BEARING = set(laws("noise_to_image")) - UNTOUCHED
#: Under which the GAN of the least networks keeps every law that bears, XLA's apart: all but its own.
EVERY_LAW = {("dcgan", loss) for loss in LOSSES if loss != "original"} | {("wgan", "wgan_gp")}
#: Which only take a step. DRAGAN's penalty is of real images alone, which a growing GAN shows blended.
STEPPED = {
    ("pggan", "dragan"),
    ("pggan", "lsgan"),
    ("pggan", "wgan"),
    ("srresnet", "lsgan"),
    ("srresnet", "wgan"),
    ("wgan", "original"),
}
#: What XLA compiles here beyond what the GANs' own tests do: each loss once, and in each network a penalty,
#: whose gradient goes through a gradient. Losses without one differ in how they count scores alone.
COMPILED = {("dcgan", "lsgan"), ("dcgan", "dragan"), ("wgan", "wgan_gp")}
two_cpus()


@functools.cache
def tiny(gan):
    return registry.config_class("gans", gan).tiny()


def make(gan, loss):
    given = tiny(gan)
    other = given.config.build(given.image_shape, registry.configure("losses", loss, {}).build())
    return other.train_as(**dict(given.training_options))


#: For steps, which any instance may take.
shared = functools.cache(make)


def cases():
    """Yield pairs with their laws, but for steps."""
    for pair in sorted(EVERY_LAW):
        for law in sorted(BEARING - {*STEPS, "xla_agrees"}):
            yield pytest.param(*pair, law, id=f"{'+'.join(pair)}-{law}")
    for pair in sorted(COMPILED):
        yield pytest.param(*pair, "xla_agrees", id=f"{'+'.join(pair)}-xla_agrees")


def test_these_are_all_that_ship():
    shipped = {
        name
        for name in registry.available("gans")
        if issubclass(registry.config_class("gans", name), NoiseToImageConfig)
        and registry.describe("gans", name).distribution == "kgan"
    }
    assert shipped == set(OWN)
    assert set(LOSSES) <= set(registry.available("losses"))
    assert not any(registry.config_class("gans", name).exceptions for name in OWN)


def test_these_are_the_losses_of_the_gans_own_tests():
    for gan, loss in OWN.items():
        assert type(tiny(gan).loss.config) is registry.config_class("losses", loss)


def test_every_loss_is_held_to_every_law_and_every_gan_to_a_loss_of_each_kind():
    own = set(OWN.items())
    assert {loss for _, loss in EVERY_LAW | own} == set(LOSSES)
    tried = {(gan, LOSSES[loss]) for gan, loss in EVERY_LAW | STEPPED | own}
    assert tried == {(gan, kind) for gan in OWN for kind in LOSSES.values()}


def test_every_loss_is_compiled_and_a_penalty_in_every_network():
    compiled = COMPILED | set(OWN.items())
    assert {loss for _, loss in compiled} == set(LOSSES)
    assert {gan for gan, loss in compiled if LOSSES[loss] == "penalty"} == set(OWN)


@pytest.mark.parametrize("law", STEPS)
@pytest.mark.parametrize(("gan", "loss"), sorted(EVERY_LAW | STEPPED))
def test_takes_a_step_under_it(gan, loss, law):
    laws("noise_to_image")[law](lambda: shared(gan, loss))


@pytest.mark.parametrize(("gan", "loss", "law"), list(cases()))
def test_keeps_the_laws_on_which_a_loss_bears(gan, loss, law):
    laws("noise_to_image")[law](lambda: make(gan, loss))
