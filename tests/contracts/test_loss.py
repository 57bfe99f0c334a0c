import pytest

from kgan.contracts.config import from_json
from kgan.contracts.loss import AdversarialLoss
from kgan_plugins.losses.configs import WGANGPConfig


class Unfinished(AdversarialLoss):
    def generator(self, fake):
        return -fake


def test_a_loss_comes_back_from_its_configuration():
    config = WGANGPConfig(drift=0.5)
    loss = config.build()
    again = type(loss).from_config(loss.get_config())
    assert type(again) is type(loss) and again.config == config
    assert from_json(loss.get_config()) == config


def test_a_loss_has_no_limit_and_no_penalty_of_itself():
    class Plain(Unfinished):
        def discriminator(self, real, fake):
            return fake - real

    loss = Plain(WGANGPConfig())
    assert loss.clip is None and loss.penalty(None, None, None, None) is None


def test_both_sides_must_be_there():
    with pytest.raises(TypeError, match="discriminator"):
        Unfinished(WGANGPConfig())
