from typing import ClassVar

import pytest
from pydantic import ValidationError

from kgan.contracts.config import (
    BATCH_SIZE,
    CriticProperty,
    LossConfig,
    ReaderConfig,
    TrainableConfig,
    Unfit,
    from_json,
)
from kgan.errors import RecipeError
from kgan_plugins.losses.configs import WGANGPConfig


class WeightedConfig(LossConfig):
    weight: float = 10.0
    betas: tuple[float, float] = (0.0, 0.9)

    def build(self):
        return self.weight


class PairedConfig(TrainableConfig):
    def group_size(self, batch):
        return 2


class AloneConfig(PairedConfig):
    exceptions: ClassVar = {"replicas_agree": "statistics of the whole batch"}


def test_a_configuration_comes_back_from_json():
    config = WeightedConfig(weight=5.0, betas=(0.5, 0.99))
    values = config.to_json()
    assert values["parameters"] == {"weight": 5.0, "betas": [0.5, 0.99]}
    assert values["config"].endswith(":WeightedConfig")
    assert from_json(WGANGPConfig(drift=0.5).to_json()) == WGANGPConfig(drift=0.5)


@pytest.mark.parametrize(
    "values",
    [{"weight": "10"}, {"weight": float("nan")}, {"weights": 1.0}, {"betas": (0.0,)}],
    ids=["text", "nan", "unknown", "short"],
)
def test_values_are_taken_strictly(values):
    with pytest.raises(ValidationError) as caught:
        WeightedConfig(**values)
    assert {error["loc"][0] for error in caught.value.errors()} == set(values)


def test_a_configuration_is_frozen_and_can_be_compared():
    assert WeightedConfig() == WeightedConfig(weight=10.0)
    with pytest.raises(ValidationError, match="frozen"):
        WeightedConfig().weight = 1.0


def test_what_does_not_fit_says_what_it_is_about():
    error = Unfit("batches of 3; expected an even number", BATCH_SIZE)
    assert isinstance(error, RecipeError) and error.place == ("batch size",)
    assert str(error) == "batches of 3; expected an even number"


def test_a_whole_batch_stays_together_where_replicas_do_not_agree():
    assert (PairedConfig().images_together(8), AloneConfig().images_together(8)) == (2, 8)


def test_a_required_property_says_why():
    assert all(required.reason.startswith("it ") for required in CriticProperty)


def test_a_configuration_without_build_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        ReaderConfig()
