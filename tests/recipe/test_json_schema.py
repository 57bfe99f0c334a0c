import json

import jsonschema
import pytest

from kgan import recipe as recipes
from kgan import registry
from kgan.recipe.yaml.reader import read_mapping


def test_schema_names_every_key_and_lets_profiles_hold_a_part():
    schema = recipes.json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert {"name", "data", "gans", "setups", "profiles"} <= set(schema["properties"])
    assert "required" in schema["$defs"]["Gan"]
    assert "required" not in schema["$defs"]["GanPartial"]
    references = [part.split('"')[1] for part in json.dumps(schema).split('"$ref": ')[1:]]
    assert {name.removeprefix("#/$defs/") for name in references} <= set(schema["$defs"])


def test_a_gan_needs_a_canvas_or_an_image_size():
    parts = recipes.json_schema()["$defs"]
    assert parts["Gan"]["anyOf"] == [{"required": ["canvas"]}, {"required": ["image_size"]}]
    assert "canvas" not in parts["Gan"]["required"]
    assert not any("required" in item for item in parts["GanPartial"]["anyOf"])


@pytest.fixture(scope="module")
def validator():
    schema = recipes.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def shipped(name):
    text = recipes.shipped()[name].read_text(encoding="utf-8")
    return json.loads(json.dumps(read_mapping(text, name).values))


def places(validator, recipe):
    """Return where a recipe is wrong, as deep as the validator says it."""
    waiting, paths = list(validator.iter_errors(recipe)), []
    while waiting:
        error = waiting.pop()
        paths.append(".".join(map(str, error.absolute_path)))
        waiting += error.context or ()
    return paths


@pytest.mark.parametrize("name", recipes.shipped())
def test_shipped_recipes_are_valid(validator, name):
    assert places(validator, shipped(name)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("gans.pggan.parameters.latent_size", 0),
        ("gans.pggan.parameters.output", "sigmoid"),
        ("gans.pggan.loss.parameters.weight", -1),
        ("refiners.simgan.parameters.buffer", "many"),
        ("classifier.parameters.dropout", 1.0),
        ("classifier.variants.scratch.parameters.head", "tanh"),
        ("data.reader.parameters.grade", "III"),
        ("data.stand_in.parameters.patients", 0),
        ("profiles.demo.gans.pggan.plugin", "pggam"),
    ],
)
def test_a_wrong_parameter_is_seen_at_its_place(validator, path, value):
    recipe = shipped("two_step")
    holder = recipe
    *parents, last = path.split(".")
    for key in parents:
        holder = holder.setdefault(key, {})
    holder[last] = value
    assert path in places(validator, recipe)


@pytest.mark.parametrize("place", ["gans.pggan", "refiners.munit", "classifier", "data.reader"])
def test_an_unknown_parameter_is_seen(validator, place):
    recipe = shipped("two_step")
    holder = recipe
    for key in place.split("."):
        holder = holder[key]
    holder.setdefault("parameters", {})["latnet_size"] = 3
    assert f"{place}.parameters" in places(validator, recipe)


def test_what_kgan_supplies_is_no_parameter(validator):
    recipe = shipped("two_step")
    recipe["data"]["reader"].setdefault("parameters", {})["path"] = "/scans"
    assert "data.reader.parameters" in places(validator, recipe)


def test_every_parameter_of_every_plugin_is_there():
    parts = recipes.json_schema()["$defs"]
    for kind in registry.KINDS:
        for name in registry.available(kind):
            written = {parameter.name for parameter in registry.parameters_of(kind, name)}
            assert set(parts[f"{kind}_{name}"]["properties"]) == written


def test_a_third_partys_parameters_are_there_and_what_is_broken_is_not(third_party):
    third_party("good", "wrong_base")
    parts = recipes.json_schema()["$defs"]
    assert parts["gans_tiles"]["properties"]["latent"] == {
        "default": 8,
        "minimum": 1,
        "title": "Latent",
        "type": "integer",
    }
    assert "readers_stranger" not in parts
