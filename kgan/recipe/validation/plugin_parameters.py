"""What only a plugin can judge of its figures, and pairs of GAN and loss that cannot work together."""

import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from kgan import registry
from kgan.analyses.recipe_facts import Mistake
from kgan.errors import PluginError, did_you_mean
from kgan.recipe.schema import Classifier, Gan, Recipe
from kgan.recipe.source_graph import origin_of
from kgan.recipe.yaml.reader import Path
from kgan.schema.base import Plugin

#: Words of a plugin's objection -> the key beside ``parameters`` that they are about.
_BESIDE: dict[str, Path] = {
    **dict.fromkeys(("image", "images", "px"), ("size",)),
    **dict.fromkeys(("batch", "batches", "batch_size"), ("train", "batch_size")),
}
_R1 = "independent scores"


def figure_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Yield what plugins have against figures whose types are right. Imports no TensorFlow.

    Args:
        recipe: with plugins that exist and parameters of their types.
    """
    readers = {"reader": recipe.data.reader, "stand_in": recipe.data.stand_in}
    for key, reader in readers.items():
        if reader is not None:
            yield from _sequences(recipe, reader)
            yield from _judged("readers", reader, ("data", key))
    for name, gan in recipe.gans.items():
        about = gan.image_shape(recipe.data.sequences), gan.train.batch_size
        yield from _judged("gans", gan, ("gans", name), *about, size="canvas")
        if gan.loss is not None:
            yield from _judged("losses", gan.loss, ("gans", name, "loss"))
        yield from _conflicts(gan, ("gans", name))
    for name, refiner in recipe.refiners.items():
        about = (*refiner.image_size, _channels(recipe, refiner.source)), refiner.train.batch_size
        yield from _judged("gans", refiner, ("refiners", name), *about)
    if recipe.classifier is not None:
        yield from _variants(recipe, recipe.classifier)


def _judged(
    kind: str, plugin: Plugin, here: Path, *about: Any, size: str = "image_size"
) -> Iterator[Mistake]:
    """Ask the plugin itself; the place is that of the first word in its answer that stands for one."""
    try:
        figures = registry.figures_of(kind, plugin.plugin, plugin.parameters)
        found = registry.objection(kind, plugin.plugin, figures, *about)
    except PluginError as error:
        yield (*here, "plugin"), str(error)
        return
    if found:
        yield (*here, *_named(found, plugin.parameters, size)), found


def _named(message: str, parameters: Mapping[str, Any], size: str) -> Path:
    for word in re.findall(r"\w+", message):
        if word in parameters:
            return ("parameters", word)
        if word in _BESIDE:
            return tuple(size if key == "size" else key for key in _BESIDE[word])
    return ()


def _variants(recipe: Recipe, classifier: Classifier) -> Iterator[Mistake]:
    shape = (*classifier.image_size, len(recipe.data.sequences))
    for name, variant in classifier.variants.items():
        parameters = {**classifier.parameters, **variant.parameters, "weights": variant.weights}
        plugin = Plugin(plugin=classifier.plugin, parameters=parameters)
        for path, message in _judged("classifiers", plugin, (), shape, classifier.train.batch_size):
            inside: Path = ("classifier",)
            if path == ("parameters", "weights"):
                path, inside = ("weights",), ("classifier", "variants", name)
            elif path[-1:] and path[-1] in variant.parameters:
                inside = ("classifier", "variants", name)
            yield (*inside, *path), message


def _channels(recipe: Recipe, source: str) -> int:
    """Return the channels of a pool's images."""
    return recipe.gans[origin_of(recipe, source)].image_shape(recipe.data.sequences)[2]


def _sequences(recipe: Recipe, reader: Plugin) -> Iterator[Mistake]:
    known = registry.constants_of("readers", reader.plugin).get("sequences") or ()
    for number, name in enumerate(recipe.data.sequences):
        if known and name not in known:
            hint = did_you_mean(name, known) or "."
            text = f"the reader {reader.plugin!r} has no sequence {name!r}{hint} It has {', '.join(known)}"
            yield ("data", "sequences", number), text


def _conflicts(gan: Gan, here: Path) -> Iterator[Mistake]:
    """Yield what a loss, or R1, needs of a critic and a parameter, given or by default, takes away."""
    about = registry.constants_of("gans", gan.plugin)
    figures = registry.figures_of("gans", gan.plugin, gan.parameters)
    for who, need, path in _needs(gan, about):
        for parameter, breaking in about.get("conflicts", {}).items():
            value = figures.get(parameter)
            if not isinstance(value, str | bool) or breaking.get(value) != need:
                continue
            place = ("parameters", parameter) if parameter in gan.parameters else path
            others = _others(gan.plugin, parameter, [one for one in breaking if breaking[one] == need])
            way_out = f"expected {others}{_without(who, need)}"
            reason = f"{who} needs {need}: {registry.NEEDS.get(need, 'it says so')}"
            yield (*here, *place), f"{reason}. {parameter}: {value} takes them away; {way_out}"


def _needs(gan: Gan, about: Mapping[str, Any]) -> Iterator[tuple[str, str, Path]]:
    """Yield who needs something of the critic, what, and where that is said."""
    if gan.loss is not None:
        for need in registry.constants_of("losses", gan.loss.plugin).get("needs", ()):
            yield f"the loss {gan.loss.plugin!r}", need, ("loss",)
    own = about.get("regime_defaults", {}).get("r1")
    if own if gan.train.r1 is None else gan.train.r1:
        yield "R1", _R1, ("train", "r1")


def _others(plugin: str, parameter: str, breaking: list[Any]) -> str:
    """Return the values of a parameter that break nothing, as far as its type names them."""
    hint = next(one.type for one in registry.parameters_of("gans", plugin) if one.name == parameter)
    values = [True, False] if hint is bool else typing.get_args(hint)
    left = [str(value) for value in values if value not in breaking and isinstance(value, str | bool)]
    *first, last = left or [""]
    words = f"{', '.join(first)} or {last}" if first else last
    return f"{parameter}: {words}, or " if left else ""


def _without(who: str, need: str) -> str:
    """Return what may stand in place of who needs something."""
    if who == "R1":
        return "train.r1: 0"
    losses = [name for name in registry.available("losses") if need not in _needs_of(name)]
    return f"another loss ({', '.join(losses)})" if losses else "another loss"


def _needs_of(loss: str) -> tuple[str, ...]:
    try:
        return tuple(registry.describe("losses", loss).constants.get("needs", ()))
    except PluginError:
        return ()
