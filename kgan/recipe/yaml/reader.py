"""YAML text to plain values with line numbers.

The scalars follow YAML 1.2: ``off`` and ``no`` are text, ``1e-3`` is a number, ``010`` is ten. In addition,
``2e3`` is an integer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from kgan.errors import RecipeError

#: Path of a value in a recipe: ``("gans", "pggan", "crop")``, with numbers for list entries.
Path = tuple[str | int, ...]

_MAX_VALUES = 100_000
_MAX_INTEGER = 2**53


@dataclass
class Marked:
    """Plain values, and the location of each.

    Args:
        values: mappings, lists, text, numbers, booleans and ``None``.
        marks: path -> location, e.g. ``"two_step.yaml:12"``.
    """

    values: dict[str, Any]
    marks: dict[Path, str] = field(default_factory=dict)

    def place(self, path: Path) -> str:
        """Return the location of a value, or that of the closest enclosing mapping."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.marks:
                return self.marks[path[:length]]
        return ""


def read_mapping(text: str, name: str) -> Marked:
    """Read a YAML document that is a mapping.

    Args:
        text: the document.
        name: of the file, for locations and messages.

    Raises:
        RecipeError: the text is not YAML, is not a mapping, repeats a key or contains invalid values.
    """
    values, marks = _read(text, name)
    if not isinstance(values, dict):
        expected = "expected a mapping (lines such as 'name: my_recipe')"
        raise RecipeError(f"{name}: {expected}, received {_kind(values)}")
    return Marked(values, marks)


def read_value(text: str, name: str) -> Any:
    """Read one YAML value of the command line.

    Raises:
        RecipeError: the text is not YAML, or contains invalid values.
    """
    return _read(text, name)[0]


def _read(text: str, name: str) -> tuple[Any, dict[Path, str]]:
    reader = _Reader(name)
    try:
        return reader.read(text), reader.marks
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise RecipeError(f"{name}{line}: not YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise RecipeError(f"{name}: not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise RecipeError(f"{name}: lists or mappings are nested too deeply") from error


class _Loader(yaml.SafeLoader):
    """SafeLoader with the scalars of YAML 1.2, without dates."""

    yaml_implicit_resolvers: dict[str, Any] = {}


_FLOAT = r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
#: Tag, pattern, and the possible first characters of a scalar (an empty text is null).
_SCALARS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?[0-9][0-9_]*|0o[0-7]+|0x[0-9a-fA-F]+", [*"-+0123456789"]),
    ("float", rf"{_FLOAT}|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", [*"-+.0123456789"]),
    ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
    ("merge", r"<<", ["<"]),
)
_TAG = "tag:yaml.org,2002:"
for _name, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern})$"), _first)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.marks: dict[Path, str] = {}
        self.count = 0
        self.open: set[int] = set()

    def read(self, text: str) -> Any:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            self.loader = loader
            return None if node is None else self.value(node, ())
        finally:
            loader.dispose()

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.count += 1
        self.marks.setdefault(path, self.at(node))
        if id(node) in self.open or self.count > _MAX_VALUES:
            raise RecipeError(f"{self.at(node)}: an alias (*name) that contains itself, or repeats too much")
        if not isinstance(node, yaml.ScalarNode) and node.tag not in (_TAG + "map", _TAG + "seq"):
            raise RecipeError(f"{self.at(node)}: the tag {node.tag} is not allowed in a recipe")
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self.mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
            return self.scalar(node)
        finally:
            self.open.discard(id(node))

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        merged: list[yaml.Node] = []
        for key_node, value_node in node.value:
            if key_node.tag == _TAG + "merge":
                merged += value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                continue
            key = self.key(key_node)
            here = (*path, key)
            if key in mapping:
                first = self.marks[here]
                raise RecipeError(f"{self.at(key_node)}: {key!r} is given twice, first at {first}; keep one")
            self.marks[here] = self.at(key_node)
            mapping[key] = self.value(value_node, here)
        for other in merged:
            values = self.value(other, path)
            if not isinstance(values, Mapping):
                raise RecipeError(f"{self.at(other)}: '<<' expects a mapping, received {_kind(values)}")
            mapping = {**values, **mapping}
        return mapping

    def key(self, node: yaml.Node) -> str:
        key = self.scalar(node) if isinstance(node, yaml.ScalarNode) else None
        if isinstance(key, bool) or not isinstance(key, (str, int)):
            received = _kind(key)
            raise RecipeError(
                f"{self.at(node)}: expected text as a key, received {received}; put it in quotes"
            )
        return str(key)

    def scalar(self, node: yaml.Node) -> Any:
        short = node.tag.removeprefix(_TAG)
        text = node.value
        if short == "str":
            return text
        if short == "null":
            return None
        if short == "bool":
            return text.lower() == "true"
        try:
            if short == "int":
                return int(text.replace("_", ""), 0 if text.lstrip("-+")[:2] in ("0x", "0o") else 10)
            if short == "float":
                return _number(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
        except ValueError:
            pass
        raise RecipeError(f"{self.at(node)}: {node.tag} {text!r} is not a valid value")

    def at(self, node: yaml.Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"


def _number(text: str) -> int | float:
    """Read a number; ``2e3`` is an integer because it means two thousand, ``2000.0`` is a float."""
    number = float(text)
    is_integer = "e" in text.lower() and abs(number) < _MAX_INTEGER and number.is_integer()
    return int(number) if is_integer else number


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    names = {dict: "a mapping", list: "a list", str: "text", int: "a number", float: "a number"}
    return names.get(type(value), type(value).__name__)
