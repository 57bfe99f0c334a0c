import pytest

from kgan.contracts.config import IMAGE_SIZE, Unfit
from kgan_plugins.gans.square_images import check_square


def test_square_images_of_a_known_size_fit():
    check_square((64, 64, 1), (32, 64))
    check_square((32, 32, 4), (32, 64))


@pytest.mark.parametrize("image_shape", [(64, 32, 1), (48, 48, 1), (64, 64), ()])
def test_others_are_refused_with_the_sizes_that_fit(image_shape):
    with pytest.raises(Unfit) as caught:
        check_square(image_shape, (32, 64), "architecture zoo: ")
    text = str(caught.value)
    assert text.startswith(
        f"architecture zoo: images of shape {image_shape}; expected (size, size, channels)"
    )
    assert "a size among 32, 64; set the canvas to the next larger one" in text
    assert caught.value.place == (IMAGE_SIZE,)


def test_images_without_a_channel_are_refused():
    with pytest.raises(Unfit, match="images of 0 channels; expected 1 or more"):
        check_square((64, 64, 0), (64,))
