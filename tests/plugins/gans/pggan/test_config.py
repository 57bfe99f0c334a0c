import pytest

from kgan import registry
from kgan.contracts.config import BATCH_SIZE, IMAGE_SIZE, Unfit
from kgan_plugins.gans.pggan.config import PGGANConfig


@pytest.mark.parametrize(
    ("image_shape", "given", "message", "place"),
    [
        ((64, 48, 1), {}, "a size among 8, 16", (IMAGE_SIZE,)),
        ((240, 240, 1), {}, "next larger", (IMAGE_SIZE,)),
        ((16, 16, 0), {}, "channels", (IMAGE_SIZE,)),
        ((16, 16), {}, "expected \\(size, size", (IMAGE_SIZE,)),
        ((16, 16, 1), {"channels": {4: 8, 8: 8}}, "no positive number for 16", ("channels",)),
        ((512, 512, 1), {}, "no positive number for 512", ("channels",)),
        ((16, 16, 1), {"first_resolution": 32}, "first_resolution 32", ("first_resolution",)),
        ((16, 16, 1), {"first_resolution": 6}, "first_resolution 6", ("first_resolution",)),
        ((16, 16, 1), {"phase_share": {"8-15": 1}}, "did you mean '8-16'", ("phase_share", "8-15")),
        ((16, 16, 1), {"phase_share": (1, 0)}, "the last above 0", ("phase_share",)),
    ],
)
def test_what_cannot_be_grown_is_refused(image_shape, given, message, place):
    with pytest.raises(Unfit, match=message) as caught:
        PGGANConfig(**given).check(image_shape)
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"latent_size": 0}, "expected int >= 1, received 0"),
        ({"stddev_group": 0}, "expected int >= 1, received 0"),
        ({"kernel": 0}, "expected int >= 1, received 0"),
        ({"kernel": 4}, "expected an odd number, such as 3 or 5, received 4"),
        (
            {"phase_share": [1, 2, 3]},
            "expected mapping of str to float >= 0, [float >= 0, float >= 0], or null",
        ),
        ({"phase_share": {"4": -1}}, 'received {"4": -1}'),
        ({"channels": {"four": 8}}, "expected mapping of int >= 1 to int >= 1, or null"),
    ],
)
def test_values_out_of_range_are_refused(given, message):
    (problem,) = registry.check_parameters("gans", "pggan", given)
    assert message in problem.message
    assert problem.place[:1] == tuple(given)


def test_a_batch_that_the_group_does_not_divide_is_refused():
    PGGANConfig().check((256, 256, 1), 64)
    with pytest.raises(Unfit, match="a batch of 30 images .* such as 28") as caught:
        PGGANConfig().check((256, 256, 1), 30)
    assert caught.value.place == (BATCH_SIZE,)


def test_a_recipe_writes_resolutions_as_numbers_or_as_text():
    for channels in ({4: 8, 8: 8, 16: 4}, {"4": 8, "8": 8, "16": 4}):
        config = registry.configure("gans", "pggan", {"channels": channels, "phase_share": {16: 2.0}})
        assert config.features == {4: 8, 8: 8, 16: 4}
        config.check((16, 16, 1))
    assert PGGANConfig().features == {4: 512, 8: 512, 16: 256, 32: 128, 64: 64, 128: 32, 256: 16}
