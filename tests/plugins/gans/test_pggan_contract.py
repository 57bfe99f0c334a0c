from kgan_plugins.gans.pggan import PGGAN

from kgan.testing import parametrize


@parametrize({"pggan": PGGAN.tiny}, "noise_to_image")
def test_contract(make, check):
    check(make)
