"""Each law of GANs finds the fault it was made for; faults of training are in ``test_trainables.py``."""

import pytest
import tensorflow as tf

from kgan.testing import hold, laws


@pytest.fixture
def plugins(third_party):
    """The third-party GAN and refiner, as configurations."""
    third_party("good")
    from kgan_checkers import config

    return config


def broken(make, **methods):
    """Return what makes a model of which some methods are replaced."""

    def made():
        model = make()
        for name, method in methods.items():
            setattr(model, name, method(model))
        return model

    return made


GENERATED = {
    "samples_are_images": {"sample": lambda model: lambda latents: 2.0 + 0 * model.generator(latents)},
    "latents_follow_the_seed": {
        "sample_latents": lambda model: lambda count, seed: tf.random.normal((count, 8))
    },
}


@pytest.mark.parametrize("law", GENERATED)
def test_a_broken_gan_is_found(plugins, law):
    function = laws("noise_to_image")[law]
    assert hold(law, function, plugins.TilesConfig.tiny).passed
    result = hold(law, function, broken(plugins.TilesConfig.tiny, **GENERATED[law]))
    assert result.passed is False, result
    assert not result.message.startswith(("TypeError", "AttributeError", "ValueError")), result


REFINED = {
    "larger": lambda model: lambda images: tf.repeat(images, 2, axis=1),
    "bright": lambda model: lambda images: images + 2.0,
    "double": lambda model: lambda images: tf.cast(images, tf.float64),
    "undefined": lambda model: lambda images: images * float("nan"),
}


@pytest.mark.parametrize("fault", REFINED)
def test_a_broken_refiner_is_found(plugins, fault):
    def make():
        return plugins.PolishConfig().build((8, 8, 1))

    function = laws("image_to_image")["refined_are_images"]
    assert hold("", function, make).passed
    result = hold("", function, broken(make, refine=REFINED[fault]))
    assert result.passed is False and result.message.startswith("refine: "), result
