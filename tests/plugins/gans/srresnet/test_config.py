import pytest

from kgan import registry
from kgan.contracts.config import IMAGE_SIZE, Unfit
from kgan_plugins.gans.srresnet.config import SRResNetConfig


@pytest.mark.parametrize(
    ("image_shape", "message"),
    [
        ((64, 48, 1), "a size among 32, 64, 128, 256, 512; set the canvas"),
        ((240, 240, 1), "next larger"),
        ((16, 16, 1), "a size among"),
        ((32, 32), "expected \\(size, size, channels\\)"),
        ((32, 32, 0), "images of 0 channels"),
    ],
)
def test_sizes_that_no_shuffle_makes_are_refused(image_shape, message):
    with pytest.raises(Unfit, match=message) as refused:
        SRResNetConfig().check(image_shape)
    assert "\n" not in str(refused.value) and refused.value.place == (IMAGE_SIZE,)


@pytest.mark.parametrize("field", ["latent_size", "width", "blocks", "critic_width", "critic_blocks"])
def test_numbers_below_one_are_refused(field):
    (problem,) = registry.check_parameters("gans", "srresnet", {field: 0})
    assert problem.place == (field,) and "expected int >= 1, received 0" in problem.message


def test_the_generator_is_updated_twice_a_step():
    assert SRResNetConfig().training_options.generator_updates == 2
