from kgan.testing import parametrize
from kgan_plugins.gans.pggan.config import PGGANConfig


@parametrize({"pggan": PGGANConfig.tiny}, "noise_to_image")
def test_contract(make, check):
    check(make)
