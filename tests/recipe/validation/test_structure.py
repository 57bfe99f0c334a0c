import pytest

from kgan import recipe as recipes
from kgan.errors import RecipeError

#: Beyond the recipe's one sequence, another; the GAN's images, and what is wrong with them.
CHANNELS = [
    ("sequences: [t1c]", "'tiles' makes images of t1c, the real ones have a channel for each of t1c, t2"),
    ("sequences: [t2, t1c]", "'tiles' makes images of t2, t1c, the real ones"),
    ("concat: true", "'tiles' makes images of one sequence each"),
]


def two_sequences(write, gan):
    path = write(change=("  sequences: [t1c]", "  sequences: [t1c, t2]"))
    path.write_text(path.read_text().replace("    crop: 3", f"    {gan}"))
    return path


@pytest.mark.parametrize(("gan", "says"), CHANNELS, ids=[gan for gan, _ in CHANNELS])
def test_images_of_other_channels_than_the_real_ones_are_no_source(write, gan, says):
    path = two_sequences(write, gan)
    with pytest.raises(RecipeError, match=f"boards.yaml:.*: setups.3 .tiles.tiles: {says}"):
        recipes.load(path)
    with pytest.raises(RecipeError, match=f"refiners.polish.source: {says}"):
        recipes.load(path, overrides=["setups.3 +tiles=null", "setups.4 +polish.polish=0"])


def test_all_sequences_by_name_are_the_real_ones_channels(write):
    recipe = recipes.load(two_sequences(write, "sequences: [t1c, t2]"))
    assert recipe.gans["tiles"].image_shape(recipe.data.sequences) == (16, 16, 2)


def test_a_canvas_is_the_image_size_where_none_is_given(write):
    path = write(change=("    canvas: [16, 16]\n    crop: 3", "    image_size: 16"))
    assert recipes.load(path).gans["tiles"].canvas == (16, 16)
    assert recipes.load(path, overrides=["gans.tiles.image_size=[8, 16]"]).gans["tiles"].canvas == (8, 16)


def test_nothing_can_be_measured_without_gans(write):
    text = write().read_text()
    start, end = text.index("gans:"), text.index("classifier:")
    alone = text[:start] + "measures: {}\n" + text[end : text.index("  3 +tiles")]
    alone = alone.replace("profile: quick\n", "")
    with pytest.raises(RecipeError, match="measures: nothing to measure: expected 'gans'"):
        recipes.load(write(alone))


def test_no_more_images_are_shown_twice_than_half(write):
    path = write(change=("compare: {involving: refined}", "turing: {real: 5, synthetic: 3, repeats: 9}"))
    says = "turing.repeats: expected at most 8, half of the images shown, received 9"
    with pytest.raises(RecipeError, match=says):
        recipes.load(path)
    recipes.load(path, overrides=["turing.repeats=8"])
