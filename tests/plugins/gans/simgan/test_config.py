import pytest

from kgan import registry
from kgan.contracts.config import IMAGE_SIZE, Unfit
from kgan_plugins.gans.simgan.config import SimGANConfig


@pytest.mark.parametrize(
    ("side", "given", "message"),
    [
        (28, {}, "expected at least 29 px a side"),
        (56, {"critic_stride": 3}, "expected at least 69 px a side"),
    ],
)
def test_images_that_are_too_small_are_refused(side, given, message):
    with pytest.raises(Unfit, match=message) as caught:
        SimGANConfig(**given).check((side, side, 1))
    assert caught.value.place == (IMAGE_SIZE,)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"refiner_updates": 0}, "expected int >= 1, received 0"),
        ({"width": float("nan")}, "expected a finite number, received NaN"),
        ({"critic_stride": 0}, "expected int >= 1 or null, received 0"),
    ],
)
def test_values_out_of_range_are_refused(given, message):
    (problem,) = registry.check_parameters("gans", "simgan", given)
    assert message in problem.message and problem.place == tuple(given)


@pytest.mark.parametrize(("side", "stride"), [(29, 1), (112, 2), (224, 3), (448, 6)])
def test_the_first_stride_is_in_proportion_to_the_image(side, stride):
    assert SimGANConfig().stride_for((side, side, 1)) == stride
    assert SimGANConfig(critic_stride=2).stride_for((side, side, 1)) == 2


def test_the_warm_up_comes_before_the_counted_steps():
    assert SimGANConfig().warm_up_steps() == 500
    assert SimGANConfig(warm_up=0).warm_up_steps() == 0
