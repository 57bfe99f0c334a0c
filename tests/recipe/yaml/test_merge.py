import pytest

from kgan.errors import RecipeError
from kgan.recipe.yaml.merge import merge, merge_override, merge_profile
from kgan.recipe.yaml.reader import Marked, read_mapping

BASE = """
gans:
  a: {plugin: x, parameters: {one: 1, two: [1, 2]}, crop: 3}
  b: {plugin: y}
setups: {s: {real: all, a: 4}}
profiles:
  p:
    gans:
      a: {parameters: {two: [3]}}
      b: null
"""


@pytest.fixture
def tree():
    return read_mapping(BASE, "f.yaml")


def profiles(tree):
    return tree.values.pop("profiles")


def test_mappings_merge_and_lists_replace(tree):
    merge_profile(tree, profiles(tree), "p")
    assert tree.values["gans"] == {"a": {"plugin": "x", "parameters": {"one": 1, "two": [3]}, "crop": 3}}


def test_marks_follow_what_was_laid(tree):
    merge_profile(tree, profiles(tree), "p")
    assert tree.place(("gans", "a", "parameters", "two", 0)) == "f.yaml:9"
    assert tree.place(("gans", "a", "parameters", "one")) == "f.yaml:3"
    merge_override(tree, "gans.a.parameters={one: 5}")
    assert tree.place(("gans", "a", "parameters", "one")) == "--set gans.a.parameters={one: 5}"


def test_another_plugin_keeps_all_but_parameters(tree):
    merge(tree, {"plugin": "z", "crop": 4}, {}, ("gans", "a"))
    assert tree.values["gans"]["a"] == {"plugin": "z", "crop": 4}


def test_null_takes_a_source_out_of_a_setup_and_stays_a_value_elsewhere(tree):
    merge_override(tree, "setups.s.a=null")
    merge_override(tree, "gans.a.parameters.one=null")
    assert tree.values["setups"] == {"s": {"real": "all"}}
    assert tree.values["gans"]["a"]["parameters"]["one"] is None


def test_override_makes_what_is_on_its_way():
    tree = Marked({})
    merge_override(tree, "compute.xla=off")
    assert tree.values == {"compute": {"xla": "off"}}


def test_override_below_a_figure_is_refused(tree):
    with pytest.raises(RecipeError, match="gans.a.crop is not a mapping and has no keys"):
        merge_override(tree, "gans.a.crop.x=1")
