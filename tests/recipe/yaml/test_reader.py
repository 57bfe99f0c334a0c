import pytest

from kgan.errors import RecipeError
from kgan.recipe.yaml.reader import read_mapping, read_value

#: Each line repeats the one before nine times.
REPEATS = (
    f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n" for old, new in ("ab", "bc", "cd", "de", "ef", "fg")
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("2E4", 20000),
        ("2.5e3", 2500),
        ("2000.0", 2000.0),
        ("1e300", 1e300),
        ("1e999", float("inf")),
        ("010", 10),
        ("0x1F", 31),
        ("0o17", 15),
        ("200_000", 200000),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("off", "off"),
        ("no", "no"),
        ("true", True),
        ("null", None),
        ("", None),
        ("2019-01-01", "2019-01-01"),
        ("12:30", "12:30"),
        ("'3'", "3"),
        ("1.2.3", "1.2.3"),
        ("[1, {a: b}]", [1, {"a": "b"}]),
    ],
)
def test_values(text, value):
    result = read_value(text, "--set")
    assert result == value
    assert type(result) is type(value)


def test_lines_are_remembered():
    tree = read_mapping("a: 1\nb:\n  c:\n  - x\n  - d: 2\n", "file.yaml")
    assert tree.values == {"a": 1, "b": {"c": ["x", {"d": 2}]}}
    assert tree.place(("b", "c", 1, "d")) == "file.yaml:5"
    assert tree.place(("b", "nothing")) == "file.yaml:2"
    assert tree.place(("nothing",)) == "file.yaml:1"


def test_whole_numbers_are_keys_too():
    assert read_mapping("channels: {4: 64, 8: 32}", "f").values == {"channels": {"4": 64, "8": 32}}


def test_merge_keys():
    tree = read_mapping("base: &base {x: 1, y: 2}\nother: {<<: *base, y: 3}\n", "f")
    assert tree.values["other"] == {"x": 1, "y": 3}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: 2\na: 3", "f.yaml:3: 'a' is given twice, first at f.yaml:1"),
        ("a: {4: 1, '4': 2}", "'4' is given twice"),
        ("a: 1\n  b: 2", "f.yaml:2: not YAML: mapping values are not allowed here"),
        ("a: [1, 2\nb: 3", "f.yaml:2: not YAML"),
        ("a: 'x", "not YAML: found unexpected end"),
        ("a: *missing", "not YAML: found undefined alias"),
        ("a: &a [*a]", "f.yaml:1: an alias .* that contains itself"),
        ("a: !!python/object:os.system {}", "the tag .* is not allowed in a recipe"),
        ("a: !!binary aGk=", "is not a valid value"),
        ("a: !!int x", "is not a valid value"),
        ("[a]: 1", "expected text as a key, received nothing"),
        ("true: 1", "expected text as a key, received true or false"),
        ("<<: 3", "'<<' expects a mapping, received a number"),
        ("- a", "f.yaml: expected a mapping .* received a list"),
        ("", "expected a mapping .* received nothing"),
        ("just text", "received text"),
        ("a: 1\n---\nb: 2", "f.yaml:2: not YAML: but found another document"),
        ("a: \x00", "not YAML"),
        ("a: " + "[" * 1500 + "]" * 1500, "nested too deeply"),
        ("a: &a [x]\n" + "".join(REPEATS), "too much"),
    ],
)
def test_what_is_no_recipe_is_explained(text, says):
    with pytest.raises(RecipeError, match=says):
        read_mapping(text, "f.yaml")
