from kgan.testing import parametrize
from kgan_plugins.gans.srresnet.srresnet import SRResNet


@parametrize({"srresnet": SRResNet.tiny}, "noise_to_image")
def test_contract(make, check):
    check(make)
