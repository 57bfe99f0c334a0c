from kgan.testing import parametrize
from kgan_plugins.gans.srresnet.config import SRResNetConfig


@parametrize({"srresnet": SRResNetConfig.tiny}, "noise_to_image")
def test_contract(make, check):
    check(make)
