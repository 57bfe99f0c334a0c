"""Every noise-to-image GAN under every loss: the laws on which the loss bears.

Those on which it does not (samples, latents, saved models) are held by each GAN's own tests.
"""

import pytest

from kgan import registry
from kgan.contracts.config import NoiseToImageConfig
from kgan.testing import laws
from kgan.testing.devices import two_cpus

LOSSES = ("original", "lsgan", "wgan", "wgan_gp", "dragan")
PENALISING = {"wgan_gp", "dragan"}
#: Each GAN and the loss under which its own tests hold it to every law.
OWN = {"dcgan": "original", "wgan": "wgan", "srresnet": "wgan_gp", "pggan": "wgan_gp"}
UNTOUCHED = {
    "samples_are_images",
    "critic_scores_each_image",
    "latents_follow_the_seed",
    "generator_survives_saving",
}
#: What XLA compiles here beyond what the GANs' own tests do: each loss once, and in each network a penalty,
#: whose gradient goes through a gradient. Losses without one differ in how they count scores alone.
COMPILED = {("dcgan", "lsgan"), ("dcgan", "dragan"), ("wgan", "wgan_gp")}
two_cpus()


def under(gan, loss):
    def make():
        tiny = registry.config_class("gans", gan).tiny()
        other = registry.configure("losses", loss, {}).build()
        return tiny.config.build(tiny.image_shape, other)

    return make


def cases():
    """Yield each pair but those of the GANs' own tests, with each law."""
    bearing = sorted(set(laws("noise_to_image")) - UNTOUCHED)
    for gan, own in OWN.items():
        for loss in (loss for loss in LOSSES if loss != own):
            for law in bearing:
                if law != "xla_agrees" or (gan, loss) in COMPILED:
                    yield pytest.param(under(gan, loss), law, id=f"{gan}+{loss}-{law}")


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
        tiny = registry.config_class("gans", gan).tiny()
        assert type(tiny.loss.config) is registry.config_class("losses", loss)


def test_every_loss_is_compiled_and_a_penalty_in_every_network():
    compiled = COMPILED | set(OWN.items())
    assert {loss for _, loss in compiled} == set(LOSSES)
    assert {gan for gan, loss in compiled if loss in PENALISING} == set(OWN)


@pytest.mark.parametrize(("make", "law"), list(cases()))
def test_keeps_the_laws_on_which_a_loss_bears(make, law):
    laws("noise_to_image")[law](make)
