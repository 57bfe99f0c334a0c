import json

import pytest
from fabricated.recipe import RECIPE
from pydantic import ValidationError

from kgan.recipe.schema import Recipe
from kgan.recipe.yaml.messages import at, dotted, explain
from kgan.recipe.yaml.reader import Marked, read_mapping

_NAMES = "a name of lower-case letters, digits and _ that begins with a letter"


def explained(text):
    """Return the line about a recipe's text."""
    tree = read_mapping(text, "boards.yaml")
    del tree.values["profiles"]
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate_json(json.dumps(tree.values), strict=True)
    return str(explain(caught.value, tree))


def test_a_path_is_written_with_full_stops():
    assert dotted(("setups", "1 real", "sources", 0)) == "setups.1 real.sources.0"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("gans", "tiles", "canvas"), "boards.yaml:17: gans.tiles.canvas: "),
        (("gans", "tiles", "title"), "boards.yaml:13: gans.tiles.title: "),
        ((), "boards.yaml:1: "),
    ],
    ids=["written", "missing", "whole file"],
)
def test_a_place_is_the_line_of_the_value_or_of_what_holds_it(path, place):
    assert at(read_mapping(RECIPE, "boards.yaml"), path) == place


def test_a_value_without_a_line_has_its_path_alone():
    assert at(Marked({}), ("data", "path")) == "data.path: "


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "min_tumor_area",
            "min_tumour_area",
            "10: unknown key 'min_tumour_area' in data.labels; did you mean 'min_tumor_area'? ",
        ),
        ("seed: 5", "sead: 5", "3: unknown key 'sead'; did you mean 'seed'? Known: name, title, "),
        ("plugin: tiles", "title: Tiles", "13: gans.tiles: 'plugin' is missing"),
        ("  tiles:", "  Tiles!:", f'13: expected {_NAMES}, received "Tiles!"'),
        ("name: boards", "name: My boards", f'1: name: expected {_NAMES}, received "My boards"'),
        ("plugin: polish", "", "21: refiners.polish: 'plugin' is missing"),
        (
            "{plugin: plain, parameters: {scale: 2}}",
            "plain",
            '16: gans.tiles.loss: expected a mapping such as {plugin: plain}, received "plain"',
        ),
        ("min_tumor_area: 1", "min_tumor_area: large", "10: data.labels.min_tumor_area: expected "),
    ],
    ids=[
        "key",
        "key of the recipe",
        "missing",
        "name of a part",
        "name",
        "missing elsewhere",
        "plugin",
        "type",
    ],
)
def test_each_kind_of_mistake_is_reported_in_its_place(old, new, line):
    assert old in RECIPE
    output = explained(RECIPE.replace(old, new, 1))
    assert output.startswith(f"boards.yaml:{line}")
    assert "\n" not in output
