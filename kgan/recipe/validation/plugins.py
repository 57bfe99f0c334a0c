"""Whether the plugins that a recipe names exist, are of the right kind and take what they are given."""

from collections.abc import Iterator

from kgan import registry
from kgan.analyses.recipe_facts import Mistake
from kgan.contracts.config import ImageToImageConfig, NoiseToImageConfig, PluginConfig
from kgan.errors import PluginError
from kgan.files.inputs import Place
from kgan.recipe.schema import Classifier, Gan, Recipe
from kgan.recipe.yaml.reader import Path
from kgan.schema.base import Plugin

#: Section of a recipe -> the kind of GAN that stands there.
_SECTIONS: dict[str, type[PluginConfig]] = {"gans": NoiseToImageConfig, "refiners": ImageToImageConfig}


def plugin_mistakes(recipe: Recipe, needs_data: bool) -> Iterator[Mistake]:
    """Yield what is wrong with a recipe's plugins and their parameters. Imports configurations alone."""
    yield from _readers(recipe, needs_data)
    for name, gan in recipe.gans.items():
        here: Path = ("gans", name)
        mistakes = [*_plugin("gans", gan, here), *_kind_of_gan("gans", gan, here)]
        yield from mistakes or _loss(gan, here)
    for name, refiner in recipe.refiners.items():
        here = ("refiners", name)
        yield from _plugin("gans", refiner, here)
        yield from _kind_of_gan("refiners", refiner, here)
    if recipe.classifier is not None:
        yield from _classifier(recipe.classifier)


def _plugin(kind: str, plugin: Plugin, here: Path) -> Iterator[Mistake]:
    try:
        problems = registry.check_parameters(kind, plugin.plugin, plugin.parameters)
    except PluginError as error:
        yield (*here, "plugin"), str(error)
        return
    for problem in problems:
        yield (*here, "parameters", *problem.place), problem.message


def _readers(recipe: Recipe, needs_data: bool) -> Iterator[Mistake]:
    data = recipe.data
    mistakes = list(_plugin("readers", data.reader, ("data", "reader")))
    if data.stand_in is not None:
        mistakes += _plugin("readers", data.stand_in, ("data", "stand_in"))
    if mistakes:
        yield from mistakes
        return
    reader = data.reader.plugin
    path = registry.config_class("readers", reader).model_fields.get("path")
    if data.path is not None and path is None:
        yield (
            ("data", "path"),
            f"reader {reader!r} reads no folder; leave it out or name another reader",
        )
    has_none = data.path is None and data.stand_in is None
    if needs_data and has_none and path is not None and path.is_required():
        yield ("data", "path"), f"reader {reader!r} needs a folder of scans: give one with --data DIR"


def _kind_of_gan(section: str, plugin: Plugin, here: Path) -> Iterator[Mistake]:
    try:
        config = registry.config_class("gans", plugin.plugin)
    except PluginError:
        return  # the check of its parameters says so
    for other, base in _SECTIONS.items():
        if other != section and issubclass(config, base):
            kind = base.__name__.replace("Config", "GAN")
            text = f"{plugin.plugin!r} is a {kind}; expected under {other!r}, not {section!r}"
            yield (*here, "plugin"), text


def _loss(gan: Gan, here: Path) -> Iterator[Mistake]:
    if gan.loss is not None:
        yield from _plugin("losses", gan.loss, (*here, "loss"))
    else:
        losses = ", ".join(registry.available("losses")) or "none"
        yield here, f"'loss' is missing: {gan.plugin!r} needs one. Installed: {losses}"


def _classifier(classifier: Classifier) -> Iterator[Mistake]:
    try:
        known = registry.config_class("classifiers", classifier.plugin).model_fields
    except PluginError as error:
        yield ("classifier", "plugin"), str(error)
        return
    for name, variant in classifier.variants.items():
        merged = {**classifier.parameters, **variant.parameters}
        weights = {"weights": variant.weights} if "weights" in known else {}
        for problem in registry.check_parameters("classifiers", classifier.plugin, merged, **weights):
            yield place_in_variant(classifier, name, problem.place), problem.message
        if variant.weights is not None and not weights:
            here = ("classifier", "variants", name, "weights")
            yield here, f"{classifier.plugin!r} takes no weights; expected null"


def place_in_variant(classifier: Classifier, name: str, place: Place) -> Path:
    """Return where a recipe says what is at a place among the parameters of a variant of its classifier."""
    variant = classifier.variants[name]
    if place[:1] == ("weights",) and "weights" not in variant.parameters:
        return ("classifier", "variants", name, *place)
    if place and place[0] in variant.parameters:
        return ("classifier", "variants", name, "parameters", *place)
    return ("classifier", "parameters", *place)
