import json

from kgan import recipe as recipes


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
