import pytest

from kgan import registry
from kgan.contracts.config import BATCH_SIZE, IMAGE_SIZE, CriticProperty, Unfit
from kgan_plugins.gans.dcgan.config import DCGANConfig, WGANConfig

SHAPE = (64, 64, 1)


@pytest.mark.parametrize(
    ("image_shape", "batch", "given", "message", "place"),
    [
        ((64, 48, 1), 64, {}, "a size among 16, 32", IMAGE_SIZE),
        ((8, 8, 1), 64, {}, "set the canvas to the next larger one", IMAGE_SIZE),
        ((240, 240, 1), 64, {"architecture": "zoo"}, "architecture zoo: images of shape", IMAGE_SIZE),
        ((64, 64), 64, {}, "expected \\(size, size, channels\\)", IMAGE_SIZE),
        ((64, 64, 0), 64, {}, "images of 0 channels", IMAGE_SIZE),
        (SHAPE, 10, {"architecture": "zoo"}, "such as 8", BATCH_SIZE),
        (SHAPE, 1, {"architecture": "zoo"}, "expected 2 or more", BATCH_SIZE),
        (SHAPE, 1, {"similarity": "discrimination"}, "expected 2 or more", BATCH_SIZE),
    ],
)
def test_images_and_batches_that_do_not_fit_are_refused(image_shape, batch, given, message, place):
    with pytest.raises(Unfit, match=message) as caught:
        DCGANConfig(**given).check(image_shape, batch)
    assert caught.value.place == (place,)


@pytest.mark.parametrize("plugin", ["dcgan", "wgan"])
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"architecture": "radfort"}, "expected 'radford', 'multi_sequence' or 'zoo', received \"radfort\""),
        ({"generator_output": "sigmoid"}, "expected 'tanh', 'linear' or null"),
        ({"critic_activation": "relu"}, "expected 'leaky_relu', 'elu' or null"),
        ({"critic_norm": "instance"}, "expected 'auto', 'batch', 'layer' or 'none'"),
        ({"similarity": "std"}, "expected 'stddev', 'discrimination', 'none' or null"),
        ({"latent_size": 0}, "expected int >= 1 or null, received 0"),
        ({"kernel": 1}, "expected int >= 2 or null, received 1"),
        ({"dense": -1}, "expected int >= 0 or null, received -1"),
        ({"width": 0.0}, "expected float > 0, received 0.0"),
        ({"width": float("nan")}, "expected a finite number, received NaN"),
    ],
)
def test_values_out_of_range_are_refused(plugin, given, message):
    (problem,) = registry.check_parameters("gans", plugin, given)
    assert message in problem.message
    assert problem.place == tuple(given)


def test_batches_that_can_be_compared():
    for batch in (1, 3, 10, 64):
        DCGANConfig().check(SHAPE, batch)
    for batch in (2, 3, 4, 8, 64):
        DCGANConfig(architecture="zoo").check(SHAPE, batch)
    DCGANConfig(architecture="zoo", similarity="discrimination").check(SHAPE, 10)


@pytest.mark.parametrize(
    ("given", "batch", "images"),
    [
        ({}, 8, 1),
        ({"architecture": "zoo"}, 8, 4),
        ({"architecture": "zoo"}, 2, 2),
        ({"similarity": "discrimination"}, 8, 8),
    ],
)
def test_images_that_the_critic_compares_stay_together(given, batch, images):
    assert DCGANConfig(**given).images_together(batch) == images


def test_batch_normalisation_takes_independent_scores_away():
    assert DCGANConfig(critic_norm="batch").missing_properties() == {
        CriticProperty.INDEPENDENT_SCORES: "critic_norm"
    }
    assert not DCGANConfig().missing_properties()


def test_wgan_has_the_multi_sequence_papers_networks_and_its_own_training():
    config = WGANConfig()
    assert config.chosen.critic_activation == "elu" and config.training_options.critic_updates == 5
    assert DCGANConfig().training_options.critic_updates == 1
