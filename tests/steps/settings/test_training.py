import pytest
from fabricated.core_settings import gan_settings, refiner_settings

from kgan.schema.base import Plugin
from kgan.schema.data import ViewSettings
from kgan.schema.training import GanTrain, RefinerTrain
from kgan.steps.settings.training import TrainGanSettings, TrainRefinerSettings

LOSS = Plugin(plugin="wgan_gp")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (gan_settings(), "train pggan of tumor at 8x8, 1 steps of batches of 16"),
        (
            gan_settings(
                loss=LOSS,
                class_name=None,
                label=None,
                view=ViewSettings(sequences=("t1c", "flair")),
                canvas=(256, 240),
                train=GanTrain(batch_size=16, epochs=20),
            ),
            "train pggan with wgan_gp on t1c, flair at 256x240, 20 epochs of batches of 16",
        ),
    ],
    ids=["class", "all"],
)
def test_says_what_is_trained_on_what_and_for_how_long(settings, words):
    assert settings.describe() == words
    assert TrainGanSettings.model_validate(settings.to_json()) == settings


def test_a_gan_is_a_plugin_and_so_is_its_loss():
    assert list(gan_settings().plugins()) == [("gans", Plugin(plugin="pggan"))]
    assert list(gan_settings(loss=LOSS).plugins()) == [("gans", Plugin(plugin="pggan")), ("losses", LOSS)]


def test_a_refiner_says_how_many_images_of_each_side_it_learns_from():
    settings = refiner_settings(
        images=5_000, train=RefinerTrain(batch_size=10, steps=8_000), snapshots=(2_000,)
    )
    words = "train simgan of tumor at 8x8, 5,000 images a side, 8,000 steps of batches of 10"
    assert settings.describe() == words
    assert list(settings.plugins()) == [("gans", Plugin(plugin="simgan"))]
    assert TrainRefinerSettings.model_validate(settings.to_json()) == settings
