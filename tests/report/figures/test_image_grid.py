import numpy as np
import pytest
from PIL import Image

from kgan.report.figures import image_grid as figures


def some(count, height=24, width=20, channels=1):
    return np.random.default_rng(0).integers(0, 256, (count, height, width, channels), dtype=np.uint8)


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB"))


def test_grid_shows_every_image_enlarged_by_whole_pixels(tmp_path):
    images = some(5)
    figures.grid(images, 3, tmp_path / "a.png", cell=40)
    shown = pixels(tmp_path / "a.png")
    assert shown.shape == (48 + 3 + 48, 3 * 40 + 2 * 3, 3)
    first = shown[:48, :40, 0]
    assert np.array_equal(first, images[0, ..., 0].repeat(2, 0).repeat(2, 1))
    last = shown[51:, 43:83, 0]
    assert np.array_equal(last, images[4, ..., 0].repeat(2, 0).repeat(2, 1))


def test_titles_take_a_band_above_their_row(tmp_path):
    figures.grid(some(4), 2, tmp_path / "plain.png", cell=40)
    figures.grid(some(4), 2, tmp_path / "titled.png", titles=["real"], cell=40)
    plain, titled = pixels(tmp_path / "plain.png"), pixels(tmp_path / "titled.png")
    band = len(titled) - len(plain)
    assert band > 0
    assert (titled[:band] < 128).any(), "the title is not there"
    assert np.array_equal(titled[band:], plain)


def test_channels_stand_side_by_side(tmp_path):
    images = some(1, channels=2)
    figures.grid(images, 1, tmp_path / "a.png", cell=20)
    shown = pixels(tmp_path / "a.png")[..., 0]
    assert np.array_equal(shown, np.concatenate([images[0, ..., 0], images[0, ..., 1]], axis=1))


def test_rows_of_different_sizes_are_brought_to_one(tmp_path):
    named = {"real": some(2, 32, 32), "generated": some(3, 16, 16), "large": some(2, 300, 300)}
    figures.rows(named, 3, tmp_path / "a.png", cell=64)
    alone = {name: some(3, 32, 32) for name in named}
    figures.rows(alone, 3, tmp_path / "b.png", cell=64)
    assert pixels(tmp_path / "a.png").shape == pixels(tmp_path / "b.png").shape


def test_pairs_colour_what_became_brighter_red_and_darker_blue(tmp_path):
    source = np.full((2, 16, 16, 1), 100, np.uint8)
    refined = source.copy()
    refined[0], refined[1] = 130, 80
    figures.pairs(source, refined, tmp_path / "a.png", cell=16)
    shown = pixels(tmp_path / "a.png").astype(int)
    brighter, darker = shown[-8, 8], shown[-8, 16 + 3 + 8]
    assert brighter[0] > brighter[2]
    assert darker[2] > darker[0]


def test_pairs_of_equal_images_are_black(tmp_path):
    figures.pairs(some(2), some(2), tmp_path / "a.png", cell=20)
    assert not pixels(tmp_path / "a.png")[-24:, :20].any()


@pytest.mark.parametrize("count", [0, 1])
def test_few_images_are_no_error(tmp_path, count):
    figures.grid(some(count), 4, tmp_path / "a.png")
    figures.pairs(some(count), some(count), tmp_path / "b.png")
    figures.rows({"nothing": some(count)}, 4, tmp_path / "c.png")
    assert (tmp_path / "c.png").is_file()


def test_equal_images_give_equal_bytes(tmp_path):
    for name in ("a.png", "b.png"):
        figures.grid(some(6), 3, tmp_path / name, titles=["tumör"])
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
