from kgan.testing import parametrize
from kgan_plugins.gans.pggan.pggan import PGGAN


@parametrize({"pggan": PGGAN.tiny}, "noise_to_image")
def test_contract(make, check):
    check(make)
