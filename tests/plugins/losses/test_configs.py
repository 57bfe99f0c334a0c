import pytest
from pydantic import ValidationError

from kgan import registry
from kgan_plugins.losses.configs import OriginalConfig


@pytest.mark.parametrize("name", ["original", "lsgan", "dragan"])
@pytest.mark.parametrize("label", [0.1, 0.5, 1.1])
def test_a_label_that_teaches_nothing_is_refused_in_a_recipe(name, label):
    (problem,) = registry.check_parameters("losses", name, {"smoothing": label})
    assert problem.place == ("smoothing",) and "0.5 < float <= 1" in problem.message


@pytest.mark.parametrize("name", ["wgan", "wgan_gp"])
def test_wasserstein_losses_have_no_labels(name):
    assert registry.check_parameters("losses", name, {"smoothing": 0.9})


def test_the_label_is_refused_in_python_too():
    with pytest.raises(ValidationError, match="smoothing"):
        OriginalConfig(smoothing=0.4)
