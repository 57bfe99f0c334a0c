from types import SimpleNamespace

import pytest

from kgan.testing.configurable import check_config_survives_json
from kgan_plugins.losses.configs import WGANGPConfig


class Forgetful(WGANGPConfig):
    """Leaves its weight out of the JSON form."""

    def to_json(self):
        return {"config": "kgan_plugins.losses.configs:WGANGPConfig", "parameters": {}}


def test_a_loss_keeps_its_configuration():
    check_config_survives_json(lambda: WGANGPConfig(drift=0.5).build())


def test_a_parameter_that_is_left_out_is_found():
    with pytest.raises(AssertionError, match="another configuration after a round through JSON"):
        check_config_survives_json(lambda: SimpleNamespace(config=Forgetful(drift=0.5)))


class Changing:
    config = WGANGPConfig()

    def __init__(self, number=0):
        self.number = number

    def get_config(self):
        return {"number": self.number}

    @classmethod
    def from_config(cls, config):
        return cls(config["number"] + 1)


def test_a_model_that_is_built_otherwise_is_found():
    with pytest.raises(AssertionError, match="from_config builds something else"):
        check_config_survives_json(Changing)
