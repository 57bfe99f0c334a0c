import pytest

from kgan.recipe.plugin_files import plugin_files

RESNET = {"plugin": "resnet50", "parameters": {}, "variants": {"scratch": {}}}


@pytest.mark.parametrize(
    ("recipe", "places"),
    [
        ({}, []),
        ({"data": {"reader": {"plugin": "brats"}}}, []),
        (
            {"data": {"reader": {"plugin": "oasis", "parameters": {"path": "scans", "clinical": "cdr.csv"}}}},
            [("data", "reader", "parameters", "path"), ("data", "reader", "parameters", "clinical")],
        ),
        (
            {"data": {"stand_in": {"plugin": "brats", "parameters": {"path": "scans"}}}},
            [("data", "stand_in", "parameters", "path")],
        ),
        (
            {"classifier": {**RESNET, "parameters": {"weights": "net.h5"}}},
            [("classifier", "parameters", "weights")],
        ),
        (
            {"classifier": {**RESNET, "variants": {"a": {"parameters": {"weights": "net.h5"}}}}},
            [("classifier", "variants", "a", "parameters", "weights")],
        ),
        ({"classifier": {**RESNET, "parameters": {"weights": "imagenet"}}}, []),
    ],
    ids=["empty", "no parameters", "reader", "stand-in", "classifier", "variant", "published weights"],
)
def test_paths_are_where_the_fields_of_configurations_are_files(recipe, places):
    assert list(plugin_files(recipe)) == places


@pytest.mark.parametrize(
    "recipe",
    [
        {"data": []},
        {"data": {"reader": "brats"}},
        {"data": {"reader": {"plugin": "brats", "parameters": {"path": 3}}}},
        {"data": {"reader": {"plugin": "unknown", "parameters": {"path": "scans"}}}},
        {"gans": {"a": None}},
        {"classifier": {"plugin": "resnet50", "variants": {"a": 3}}},
    ],
)
def test_what_is_wrong_is_passed_over_as_others_refuse_it(recipe):
    assert list(plugin_files(recipe)) == []
