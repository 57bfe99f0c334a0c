import io

import numpy as np
from PIL import Image

from kgan.report.figures.galleries import DIFFERENCES, gallery
from kgan.report.figures.image_grid import grid, pairs, rows


def some(count, size=12):
    return np.random.default_rng(count).integers(0, 256, (count, size, size, 1), np.uint8)


def pixels(tile):
    return np.asarray(Image.open(io.BytesIO(tile.png)))


def test_rows_become_groups_of_images_that_are_not_enlarged(tmp_path):
    images = some(3)
    rows({"real": images, "generated": some(2)}, 4, tmp_path / "a.png")
    figure = gallery(tmp_path / "a.png", "alt", "caption")
    assert [(group.title, len(group.cards)) for group in figure.groups] == [("real", 3), ("generated", 2)]
    ((tile,), *_) = figure.groups[0].cards
    assert np.array_equal(pixels(tile), images[0, ..., 0])


def test_rows_without_a_title_go_on_with_the_one_before(tmp_path):
    grid(some(7), 3, tmp_path / "a.png", titles=["all"])
    (group,) = gallery(tmp_path / "a.png", "alt", "caption").groups
    assert group.title == "all" and len(group.cards) == 7


def test_what_belongs_together_stands_in_one_card(tmp_path):
    pairs(some(3), some(3)[::-1], tmp_path / "a.png")
    figure = gallery(tmp_path / "a.png", "", "", together=("before", "after", "change"), scale=DIFFERENCES)
    (group,) = figure.groups
    assert [[tile.label for tile in card] for card in group.cards] == [["before", "after", "change"]] * 3
    assert pixels(group.cards[0][2]).shape == (12, 12, 3) and figure.scale is DIFFERENCES


def test_classes_are_groups_and_shorter_rows_leave_gaps(tmp_path):
    named = {f"{kind}, {name}": some(n) for name in "ab" for kind, n in (("generated", 2), ("real", 1))}
    rows(named, 4, tmp_path / "a.png")
    figure = gallery(tmp_path / "a.png", "", "", together=("generated", "real"))
    assert [group.title for group in figure.groups] == ["a", "b"]
    assert [len(card) for card in figure.groups[0].cards] == [2, 1]


def test_a_figure_of_an_older_version_is_shown_whole(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "old.png")
    figure = gallery(tmp_path / "old.png", "alt", "caption")
    assert figure.kind == "picture" and figure.path == tmp_path / "old.png"
