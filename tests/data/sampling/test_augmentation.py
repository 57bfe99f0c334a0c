import dataclasses

import numpy as np
import pytest

from kgan.data.sampling.augmentation import ClassicTransform, Parameters, compose, draw, matrices, warp
from kgan.errors import RecipeError

NOTHING = ClassicTransform(False, False, rotation=0, shift=0, shear=0, zoom=0)


def moved(**changes):
    """The identity with some parameters set."""
    neutral = dict(flip_x=1, flip_y=1, zoom_x=1, zoom_y=1, shear=0, angle=0, shift_x=0, shift_y=0)
    return Parameters(**{name: np.array([value], float) for name, value in (neutral | changes).items()})


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(
    ("parameters", "size", "expected"),
    [
        (moved(), (4, 6), [[1, 0, 0], [0, 1, 0]]),
        # Half the size: picture column 0 covers image columns 0 and 1, so its centre is at 0.5.
        (moved(), (2, 3), [[2, 0, 0.5], [0, 2, 0.5]]),
        # Twice the size: picture column 0 lies a quarter pixel left of image column 0.
        (moved(), (8, 12), [[0.5, 0, -0.25], [0, 0.5, -0.25]]),
        (moved(flip_x=-1), (4, 6), [[-1, 0, 5], [0, 1, 0]]),
        (moved(flip_y=-1), (4, 6), [[1, 0, 0], [0, -1, 3]]),
        # Half of 6 columns to the right and a quarter of 4 rows down: what is at (0, 0) comes from (-3, -1).
        (moved(shift_x=0.5, shift_y=0.25), (4, 6), [[1, 0, -3], [0, 1, -1]]),
        # Twice as wide about the centre, 2.5: x -> (x - 2.5) / 2 + 2.5.
        (moved(zoom_x=2), (4, 6), [[0.5, 0, 1.25], [0, 1, 0]]),
        # x -> x - 0.5 (y - 1.5).
        (moved(shear=0.5), (4, 6), [[1, -0.5, 0.75], [0, 1, 0]]),
        # A quarter turn counter-clockwise about (2.5, 1.5): the top of the picture comes from the right of
        # the image, (x, y) <- (2.5 - (y - 1.5), 1.5 + (x - 2.5)).
        (moved(angle=np.pi / 2), (4, 6), [[0, -1, 4], [1, 0, -1]]),
        # First mirrored, then moved: the mirror does not turn the shift round.
        (moved(flip_x=-1, shift_x=0.5), (4, 6), [[-1, 0, 8], [0, 1, 0]]),
        # Half the size and half of 6 image columns to the right: picture column 0 is at 0.5 - 3.
        (moved(shift_x=0.5), (2, 3), [[2, 0, -2.5], [0, 2, 0.5]]),
    ],
    ids="same half twice mirror flip shift zoom shear turn mirror-shift half-shift".split(),
)
def test_matrices_worked_by_hand(parameters, size, expected):
    assert np.allclose(compose(parameters, (4, 6), size)[0], expected, atol=1e-12)


def test_composition_is_zoom_then_shear_then_turn_then_shift():
    angle, shear, zoom_x, zoom_y = 0.3, 0.2, 1.1, 0.9
    cosine, sine = np.cos(angle), np.sin(angle)
    turn, slant = np.array([[cosine, sine], [-sine, cosine]]), np.array([[1, shear], [0, 1]])
    forward = turn @ slant @ np.diag([zoom_x, zoom_y])
    drawn = moved(angle=angle, shear=shear, zoom_x=zoom_x, zoom_y=zoom_y, shift_x=0.1, shift_y=-0.2)
    matrix = compose(drawn, (40, 60), (40, 60))[0]
    centre, shift = np.array([29.5, 19.5]), np.array([6.0, -8.0])
    source = np.array([17.0, 31.0])
    seen = forward @ (source - centre) + centre + shift
    assert np.allclose(matrix @ [*seen, 1], source)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_nothing_drawn_and_no_resize_give_the_same_bits(channels):
    images = noise(5, 17, 24, channels)
    pictures = warp(images, matrices(NOTHING, 0, np.arange(5), (17, 24), (17, 24)), (17, 24))
    assert np.array_equal(pictures, images)


def test_flips_give_the_same_bits_mirrored():
    images = noise(64, 9, 12, 1)
    flips = dataclasses.replace(NOTHING, horizontal_flip=True, vertical_flip=True)
    drawn = draw(flips, 5, np.arange(64))
    pictures = warp(images, compose(drawn, (9, 12), (9, 12)), (9, 12))
    kinds = set()
    for image, picture, x, y in zip(images, pictures, drawn.flip_x, drawn.flip_y, strict=True):
        assert np.array_equal(picture, image[:: int(y), :: int(x)])
        kinds.add((x, y))
    assert len(kinds) == 4


def test_what_is_outside_is_filled_in_every_channel():
    images = np.full((1, 10, 10, 4), 200, np.uint8)
    right = compose(moved(shift_x=0.3), (10, 10), (10, 10))
    picture = warp(images, right, (10, 10), fill=7)[0]
    assert (picture[:, :3] == 7).all()
    assert (picture[:, 3:] == 200).all()


def test_resize_is_that_of_the_pixel_centres():
    ramp = np.broadcast_to(np.arange(0, 240, 10, dtype=np.uint8), (8, 24))[None, :, :, None]
    half = warp(ramp, compose(moved(), (8, 24), (4, 12)), (4, 12))[0, 0, :, 0]
    assert half.tolist() == list(range(5, 240, 20))


def test_parameters_belong_to_the_index_and_the_seed():
    transform = ClassicTransform()
    whole = matrices(transform, 9, np.arange(500), (240, 240), (224, 224))
    some = np.array([499, 0, 17, 17])
    assert np.array_equal(matrices(transform, 9, some, (240, 240), (224, 224)), whole[some])
    assert not np.array_equal(matrices(transform, 10, some, (240, 240), (224, 224)), whole[some])


def test_parameters_fill_their_ranges():
    drawn = draw(ClassicTransform(), 1, np.arange(20_000))
    degrees = np.rad2deg(drawn.angle)
    for values, limit in [
        (degrees, 10.0),
        (drawn.shift_x, 0.08),
        (drawn.shift_y, 0.08),
        (drawn.shear, 0.08),
        (drawn.zoom_x - 1, 0.08),
        (drawn.zoom_y - 1, 0.08),
    ]:
        assert np.abs(values).max() <= limit
        assert values.min() < -0.99 * limit and values.max() > 0.99 * limit
        assert abs(values.mean()) < 0.03 * limit
    for flips in (drawn.flip_x, drawn.flip_y):
        assert set(np.unique(flips)) == {-1, 1}
        assert abs(flips.mean()) < 0.03


@pytest.mark.parametrize("wrong", [{"zoom": 1.5}, {"rotation": -1}, {"fill": 256}, {"shift": float("nan")}])
def test_impossible_ranges_are_refused(wrong):
    with pytest.raises(RecipeError, match=next(iter(wrong))):
        ClassicTransform(**wrong)
