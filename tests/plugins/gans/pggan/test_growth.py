import pytest

from kgan_plugins.gans.pggan.growth import Stage, resolutions, share, share_of, stages

FIVE = stages(16)


def test_a_gan_grows_by_doubling():
    assert resolutions(32) == (4, 8, 16, 32)
    assert resolutions(32, first=16) == (16, 32)
    assert resolutions(4) == (4,)


def test_each_further_resolution_is_blended_in_and_then_trained():
    assert [stage.name for stage in FIVE] == ["4", "4-8", "8", "8-16", "16"]
    assert [stage.name for stage in stages(16, first=8)] == ["8", "8-16", "16"]
    assert stages(256)[-2:] == (Stage(256, fading=True), Stage(256))
    assert len(stages(256)) == 13


@pytest.mark.parametrize(
    ("shares", "among", "steps"),
    [
        (None, FIVE, [20] * 5),
        ((1, 3), FIVE, [27, 9, 28, 9, 27]),
        ({"4": 0, "4-8": 0, "16": 2}, FIVE, [0, 0, 25, 25, 50]),
        ({"8": 3, "8-16": 0}, stages(16, first=8), [75, 0, 25]),
    ],
    ids=["equal", "pair", "names", "first"],
)
def test_steps_are_shared_as_requested(shares, among, steps):
    assert share(100, among, shares) == steps


@pytest.mark.parametrize("steps", [1, 13, 1001])
def test_rounding_neither_adds_nor_loses_a_step(steps):
    parts = share(steps, stages(256), (0.3, 0.7))
    assert sum(parts) == steps and min(parts) >= 0


def test_a_pair_is_of_blending_stages_and_of_others():
    assert [share_of(stage, (1, 3)) for stage in FIVE] == [3, 1, 3, 1, 3]
    assert share_of(Stage(8), {"16": 2}) == 1.0
