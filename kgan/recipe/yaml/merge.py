"""Merge of profiles and overrides over the base of a recipe."""

from collections.abc import Iterator, Mapping
from typing import Any

from kgan.analyses import ANALYSES
from kgan.errors import RecipeError, did_you_mean
from kgan.recipe.yaml.messages import at, dotted
from kgan.recipe.yaml.reader import Marked, Path, read_value

#: In these mappings, and inside each setup, null removes an entry.
_COLLECTIONS = {
    *(("gans",), ("curations",), ("refiners",), ("setups",), ("classifier", "variants")),
    ("published",),
    *((analysis.name, "published") for analysis in ANALYSES if analysis.has_published),
}
_NOT_SETTABLE = {
    "profile": "give --profile instead",
    "profiles": "set the value itself, as in --set seed=3",
}


def merge(tree: Marked, values: Mapping[str, Any], marks: Mapping[Path, str], path: Path = ()) -> None:
    """Merge values into a tree in place: mappings merge, anything else replaces.

    If a mapping changes its plugin, the parameters of the previous plugin are removed.

    Args:
        tree: to change.
        values: merged over the mapping at ``path``.
        marks: places of ``values``, by full path in the tree.
        path: of a mapping in the tree.

    Raises:
        RecipeError: null removes an entry that does not exist.
    """
    target = _mapping_at(tree, path)
    if "plugin" in values and values["plugin"] != target.get("plugin", values["plugin"]):
        target.pop("parameters", None)
    for key, value in values.items():
        here = (*path, key)
        if value is None and (path in _COLLECTIONS or path[:1] == ("setups",)):
            _remove(target, key, Marked(tree.values, {**tree.marks, **marks}), here)
        elif isinstance(value, Mapping) and isinstance(target.get(key), dict):
            merge(tree, value, marks, here)
        else:
            target[key] = value
            for old in [mark for mark in tree.marks if mark[: len(here)] == here]:
                del tree.marks[old]
            tree.marks.update({mark: place for mark, place in marks.items() if mark[: len(here)] == here})


def merge_profile(tree: Marked, profiles: Any, name: str) -> None:
    """Merge a profile over the base of a recipe.

    Raises:
        RecipeError: there is no such profile.
    """
    root: Path = ("profiles", name)
    if name not in profiles:
        known = ", ".join(profiles) or "none"
        hint = did_you_mean(name, profiles) or "."
        raise RecipeError(f"{tree.place(('profiles',))}: no profile called {name!r}{hint} Profiles: {known}")
    values = profiles[name] if profiles[name] is not None else {}
    if not isinstance(values, Mapping):
        raise RecipeError(f"{at(tree, root)}expected a mapping of the changes of the profile")
    for key in ("profile", "profiles"):
        if key in values:
            raise RecipeError(f"{at(tree, (*root, key))}a profile cannot contain {key!r}")
    marks = {path[2:]: place for path, place in tree.marks.items() if path[:2] == root and len(path) > 2}
    merge(tree, values, marks)


def merge_override(tree: Marked, override: str) -> None:
    """Merge one ``a.b=value`` of the command line over a tree.

    Raises:
        RecipeError: the text is not of that form, or its value is not YAML.
    """
    name, equals, text = override.partition("=")
    path = tuple(part.strip() for part in name.split("."))
    if not equals or not all(path):
        raise RecipeError(f"--set {override}: expected KEY.KEY=VALUE, such as gans.pggan.crop=0")
    if path[0] in _NOT_SETTABLE:
        raise RecipeError(f"--set {override}: {path[0]!r} cannot be set; {_NOT_SETTABLE[path[0]]}")
    value = read_value(text, f"--set {override}")
    for depth in range(1, len(path)):
        above = _value_at(tree, path[:depth])
        if above is not None and not isinstance(above, dict):
            raise RecipeError(f"--set {override}: {dotted(path[:depth])} is not a mapping and has no keys")
    for key in reversed(path):
        value = {key: value}
    merge(tree, value, dict.fromkeys(_paths(value), f"--set {override}"))


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))


def _remove(target: dict[str, Any], key: str, tree: Marked, path: Path) -> None:
    if key not in target:
        hint = did_you_mean(key, target) or "."
        raise RecipeError(
            f"{at(tree, path)}null removes an entry that does not exist{hint} Known: {', '.join(target)}"
        )
    del target[key]


def _value_at(tree: Marked, path: Path) -> Any:
    value: Any = tree.values
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _mapping_at(tree: Marked, path: Path) -> dict[str, Any]:
    value = _value_at(tree, path)
    return value if isinstance(value, dict) else {}
