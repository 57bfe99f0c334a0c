"""Whether the plugins that a recipe names exist, are of the right kind and take what they are given."""

from collections.abc import Iterator, Mapping
from typing import Any

from kgan import registry
from kgan.analyses.recipe_facts import Mistake
from kgan.errors import PluginError
from kgan.recipe.schema import Classifier, Gan, Recipe
from kgan.recipe.yaml.reader import Path
from kgan.schema.base import Plugin


def plugin_mistakes(recipe: Recipe, needs_data: bool) -> Iterator[Mistake]:
    """Yield what is wrong with a recipe's plugins and their parameters. Imports no plugin if it can."""
    yield from _readers(recipe, needs_data)
    for name, gan in recipe.gans.items():
        here: Path = ("gans", name)
        mistakes = [*_plugin("gans", gan, here), *_kind_of_gan("NoiseToImageGAN", gan, here)]
        yield from mistakes or _gan(gan, here)
    for name, refiner in recipe.refiners.items():
        here = ("refiners", name)
        yield from _plugin("gans", refiner, here)
        yield from _kind_of_gan("ImageToImageGAN", refiner, here)
    if recipe.classifier is not None:
        yield from _classifier(recipe.classifier)


def _plugin(kind: str, plugin: Plugin, here: Path) -> Iterator[Mistake]:
    try:
        problems = registry.check_parameters(kind, plugin.plugin, plugin.parameters)
    except PluginError as error:
        yield (*here, "plugin"), str(error)
        return
    for problem in problems:
        yield (*here, "parameters", problem.parameter, *problem.inside), problem.message


def _parameters(kind: str, name: str) -> Mapping[str, registry.Parameter]:
    return {parameter.name: parameter for parameter in registry.parameters_of(kind, name)}


def _readers(recipe: Recipe, needs_data: bool) -> Iterator[Mistake]:
    data = recipe.data
    mistakes = list(_plugin("readers", data.reader, ("data", "reader")))
    if data.stand_in is not None:
        mistakes += _plugin("readers", data.stand_in, ("data", "stand_in"))
    if mistakes:
        yield from mistakes
        return
    reader = data.reader.plugin
    path = _parameters("readers", reader).get("path")
    if data.path is not None and path is None:
        yield (
            ("data", "path"),
            f"reader {reader!r} reads no folder; leave it out or name another reader",
        )
    has_none = data.path is None and data.stand_in is None
    if needs_data and has_none and path is not None and path.required:
        yield ("data", "path"), f"reader {reader!r} needs a folder of scans: give one with --data DIR"


def _kind_of_gan(wanted: str, plugin: Plugin, here: Path) -> Iterator[Mistake]:
    kinds = {"NoiseToImageGAN": "'gans'", "ImageToImageGAN": "'refiners'"}
    try:
        lineage = registry.describe("gans", plugin.plugin).lineage
    except PluginError:
        return  # told by the check of its parameters
    for kind, section in kinds.items():
        if kind != wanted and kind in lineage:
            text = f"{plugin.plugin!r} is a {kind}; expected under {section}, not {kinds[wanted]}"
            yield (*here, "plugin"), text


def _gan(gan: Gan, here: Path) -> Iterator[Mistake]:
    known = _parameters("gans", gan.plugin)
    if gan.loss is not None:
        yield from _plugin("losses", gan.loss, (*here, "loss"))
        if "loss" not in known:
            yield (*here, "loss"), f"{gan.plugin!r} takes no loss; leave it out"
    elif "loss" in known and known["loss"].required:
        losses = ", ".join(registry.available("losses")) or "none"
        yield here, f"'loss' is missing: {gan.plugin!r} needs one. Installed: {losses}"


def _classifier(classifier: Classifier) -> Iterator[Mistake]:
    try:
        known = _parameters("classifiers", classifier.plugin)
    except PluginError as error:
        yield ("classifier", "plugin"), str(error)
        return
    for name, variant in classifier.variants.items():
        here: Path = ("classifier", "variants", name)
        merged: dict[str, Any] = {**classifier.parameters, **variant.parameters}
        plugin = Plugin(plugin=classifier.plugin, parameters=merged)
        for path, message in _plugin("classifiers", plugin, ()):
            inside = here if any(part in variant.parameters for part in path) else ("classifier",)
            yield (*inside, *path), message
        if variant.weights is not None and "weights" not in known:
            yield (*here, "weights"), f"{classifier.plugin!r} takes no weights; expected null"
