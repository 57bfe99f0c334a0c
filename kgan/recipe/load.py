"""Loading of a recipe by name or file, with all checks."""

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kgan import registry
from kgan.analyses import ANALYSES
from kgan.errors import RecipeError, did_you_mean
from kgan.files.inputs import input_paths
from kgan.recipe.plugin_files import plugin_files
from kgan.recipe.schema import Recipe
from kgan.recipe.validation.structure import check
from kgan.recipe.yaml.attribution import attributed_to_overrides
from kgan.recipe.yaml.merge import merge_override, merge_profile
from kgan.recipe.yaml.messages import at, explain
from kgan.recipe.yaml.reader import Marked, read_mapping

_PACKAGE = "kgan_recipes"
_PAPER = "paper"

#: Mappings whose names occur in published values.
_NAMED = ("setups", "gans", "curations", "refiners")


def load(
    recipe: str | Path,
    *,
    profile: str | None = None,
    data: str | Path | None = None,
    overrides: Iterable[str] = (),
    seed: int | None = None,
    needs_data: bool = True,
) -> Recipe:
    """Read, complete and check a recipe.

    Args:
        recipe: a YAML file, or the name of a recipe that ships with kgan.
        profile: merged over the base; default: the one in the file.
        data: folder of scans; default: the one in the file.
        overrides: ``a.b=value`` each, merged over the profile in order.
        seed: of all random numbers; default: the one in the file.
        needs_data: whether to refuse a recipe that needs a folder of scans and has none.

    Returns:
        Recipe: frozen, with absolute paths (in the file, relative paths refer to its folder).

    Raises:
        RecipeError: with file, line, expected and received value.
        DataError: the folder of scans does not exist.
    """
    path = _find(recipe)
    text = _read(path)

    def complete(changes: Iterable[str]) -> Recipe:
        tree = read_mapping(text, str(path))
        named = {key: set(_mapping(tree, key)) for key in _NAMED}
        _merge_chosen_profile(tree, profile)
        for override in changes:
            merge_override(tree, override)
        _set_options(tree, data, seed)
        _check_published(tree, named)
        _fill_canvases(tree)
        _empty(tree)
        _make_absolute(tree, _typed(tree), path.resolve().parent)
        return _checked(tree, str(path.resolve()), needs_data)

    with registry.unchanging():
        return attributed_to_overrides(complete, tuple(overrides), str(path))


def paper(recipe: Recipe) -> Recipe | None:
    """Return the published protocol of a recipe, the profile ``paper`` of its file, or ``None``."""
    try:
        return load(recipe.origin, profile=_PAPER, needs_data=False) if recipe.origin else None
    except RecipeError:
        return None


def shipped() -> dict[str, Path]:
    """Map the names of the recipes that ship with kgan to their files."""
    try:
        folder = resources.files(_PACKAGE)
    except ModuleNotFoundError:
        return {}
    files = [Path(str(item)) for item in folder.iterdir() if item.name.endswith(".yaml")]
    return {path.stem: path for path in sorted(files)}


def profiles(recipe: str | Path) -> tuple[str, ...]:
    """Return the names of a recipe's profiles.

    Raises:
        RecipeError: the file cannot be read.
    """
    path = _find(recipe)
    return tuple(_mapping(read_mapping(_read(path), str(path)), "profiles"))


def _find(recipe: str | Path) -> Path:
    path, known = Path(recipe), shipped()
    if not path.is_file() and str(recipe) in known:
        return known[str(recipe)]
    if path.exists():
        return path
    hint = f"; a recipe called {path.stem!r} ships with kgan" if path.stem in known else ""
    hint = hint or did_you_mean(str(recipe), known) or "."
    raise RecipeError(f"no recipe file {recipe}{hint} Recipes by name: {', '.join(known) or 'none'}")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: not UTF-8 text (byte {error.start}); expected a YAML file") from error
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read: {error.strerror or error}") from error


def _set_options(tree: Marked, data: str | Path | None, seed: int | None) -> None:
    if data is not None and isinstance(tree.values.get("data"), dict):
        tree.values["data"]["path"] = str(data)
        tree.marks[("data", "path")] = "--data"
    if seed is not None:
        tree.values["seed"] = seed
        tree.marks[("seed",)] = "--seed"


def _merge_chosen_profile(tree: Marked, profile: str | None) -> None:
    profiles = tree.values.pop("profiles", None) or {}
    if not isinstance(profiles, dict):
        raise RecipeError(f"{at(tree, ('profiles',))}expected a mapping of profiles")
    chosen = tree.values.get("profile") if profile is None else profile
    if chosen is not None:
        merge_profile(tree, profiles, str(chosen))
        tree.values["profile"] = chosen


def _check_published(tree: Marked, base: Mapping[str, set[str]]) -> None:
    # A profile may remove setups and models; their published values remain.
    names = {key: base[key] | set(_mapping(tree, key)) for key in base}
    models = names["gans"] | names["curations"] | names["refiners"]
    _refuse_unknown(tree, ("published",), "setup", names["setups"])
    for analysis in ANALYSES:
        if analysis.has_published:
            known = {*models, *analysis.published_sets}
            _refuse_unknown(tree, (analysis.name, "published"), "GAN or refiner", known)


def _refuse_unknown(tree: Marked, path: tuple[str, ...], noun: str, known: set[str]) -> None:
    holder: Any = tree.values
    for key in path:
        holder = holder.get(key) if isinstance(holder, dict) else None
    for name in holder if isinstance(holder, dict) else ():
        if name not in known:
            hint = did_you_mean(name, known) or "."
            raise RecipeError(
                f"{at(tree, (*path, name))}no such {noun}{hint} There are: {', '.join(sorted(known))}"
            )


def _fill_canvases(tree: Marked) -> None:
    """Use a GAN's image size as the default of its canvas."""
    for gan in _mapping(tree, "gans").values():
        if isinstance(gan, dict) and gan.get("image_size") is not None:
            gan.setdefault("canvas", gan["image_size"])


def _empty(tree: Marked) -> None:
    """Replace a collection that is null with an empty one."""
    for key in _NAMED:
        if key in tree.values and tree.values[key] is None:
            tree.values[key] = {}


def _make_absolute(tree: Marked, recipe: Recipe, folder: Path) -> None:
    """Resolve the paths of all typed file fields, of the recipe's own and of its plugins' configurations."""
    places = [*plugin_files(tree.values), *(place for place, _, _ in input_paths(recipe))]
    for place in places:
        holder: Any = tree.values
        for part in place[:-1]:
            holder = holder[part]
        value = holder[place[-1]]
        if not value.strip():
            raise RecipeError(f"{at(tree, place)}expected a path, received nothing")
        is_of_command_line = tree.place(place).startswith("--")
        base = Path.cwd() if is_of_command_line else folder
        holder[place[-1]] = str((base / Path(value).expanduser()).resolve())


def _mapping(tree: Marked, key: str) -> dict[str, Any]:
    value = tree.values.get(key)
    return value if isinstance(value, dict) else {}


def _typed(tree: Marked) -> Recipe:
    """Return the recipe of a tree, with valid types and unchecked otherwise."""
    try:
        # Strict JSON takes 1 for a float and a list for a tuple, but not "3" nor true for an int.
        return Recipe.model_validate_json(json.dumps(tree.values), strict=True)
    except ValidationError as error:
        raise explain(error, tree) from error


def _checked(tree: Marked, origin: str, needs_data: bool) -> Recipe:
    recipe = _typed(tree)
    check(recipe, tree, needs_data)
    recipe._origin = origin
    return recipe
