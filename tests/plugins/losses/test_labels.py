import pytest

from kgan import registry
from kgan_plugins.losses.labels import Label
from kgan_plugins.losses.original import Original


@pytest.mark.parametrize("name", ["original", "lsgan", "dragan"])
@pytest.mark.parametrize("label", [0.1, 0.5, 1.1])
def test_a_label_that_teaches_nothing_is_refused_at_the_door(name, label):
    (problem,) = registry.check_parameters("losses", name, {"smoothing": label})
    assert "smoothing" in str(problem) and "0.5" in str(problem)


@pytest.mark.parametrize("name", ["wgan", "wgan_gp"])
def test_wasserstein_losses_have_no_labels(name):
    assert registry.check_parameters("losses", name, {"smoothing": 0.9})


def test_the_label_is_what_constructors_say():
    assert Original.__init__.__annotations__["smoothing"] is Label
