"""What only a plugin can judge of its parameters: images, batches, pairs of GAN and loss, and its files."""

import typing
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

from kgan import registry
from kgan.analyses.recipe_facts import Mistake
from kgan.contracts.config import (
    BATCH_SIZE,
    IMAGE_SIZE,
    CriticProperty,
    LossConfig,
    NoiseToImageConfig,
    PluginConfig,
    TrainableConfig,
    Unfit,
)
from kgan.errors import PluginError, RecipeError, did_you_mean
from kgan.files.inputs import input_paths
from kgan.recipe.schema import Classifier, Gan, Recipe
from kgan.recipe.source_graph import origin_of
from kgan.recipe.validation.plugins import place_in_variant
from kgan.recipe.yaml.reader import Path
from kgan.schema.base import Plugin

_SIZE, _BATCH = ("image_size",), ("train", "batch_size")


def parameter_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Yield what plugins refuse of parameters whose types are right. Imports no TensorFlow.

    Args:
        recipe: with plugins that exist and parameters of their types.
    """
    for key, reader in (("reader", recipe.data.reader), ("stand_in", recipe.data.stand_in)):
        if reader is not None:
            yield from _reader(recipe, reader, ("data", key))
    for name, gan in recipe.gans.items():
        yield from _gan(gan, gan.image_shape(recipe.data.sequences), ("gans", name))
    for name, refiner in recipe.refiners.items():
        here: Path = ("refiners", name)
        config = registry.configure("gans", refiner.plugin, refiner.parameters)
        shape = (*refiner.image_size, _channels(recipe, refiner.source))
        for place, message in _unfit(refiner.plugin, config, shape, refiner.train.batch_size):
            yield (*here, *place), message
        yield from _missing_files(config, (*here, "parameters"))
    if recipe.classifier is not None:
        yield from _variants(recipe.classifier, len(recipe.data.sequences))


def _reader(recipe: Recipe, reader: Plugin, here: Path) -> Iterator[Mistake]:
    config = registry.configure("readers", reader.plugin, reader.parameters, needs_data=False)
    for number, name in enumerate(recipe.data.sequences):
        if config.sequences and name not in config.sequences:
            known = config.sequences
            hint = did_you_mean(name, known) or "."
            text = f"the reader {reader.plugin!r} has no sequence {name!r}{hint} It has {', '.join(known)}"
            yield ("data", "sequences", number), text
    yield from _missing_files(config, (*here, "parameters"))


def _gan(gan: Gan, image_shape: tuple[int, ...], here: Path) -> Iterator[Mistake]:
    config = registry.configure("gans", gan.plugin, gan.parameters)
    for place, message in _unfit(gan.plugin, config, image_shape, gan.train.batch_size):
        yield (*here, *(("canvas",) if place == _SIZE else place)), message
    yield from _missing_files(config, (*here, "parameters"))
    loss = None
    if gan.loss is not None:
        loss = registry.configure("losses", gan.loss.plugin, gan.loss.parameters)
        yield from _missing_files(loss, (*here, "loss", "parameters"))
    yield from _unmet(gan, config, loss, here)


def _variants(classifier: Classifier, channels: int) -> Iterator[Mistake]:
    fields = registry.config_class("classifiers", classifier.plugin).model_fields
    for name, variant in classifier.variants.items():
        weights: dict[str, Any] = {"weights": variant.weights} if "weights" in fields else {}
        parameters = {**classifier.parameters, **variant.parameters}
        config = registry.configure("classifiers", classifier.plugin, parameters, **weights)
        shape = (*classifier.image_size, channels)
        mistakes = [
            *_unfit(classifier.plugin, config, shape, classifier.train.batch_size),
            *_missing_files(config, ("parameters",)),
        ]
        for place, message in mistakes:
            if place[:1] == ("parameters",):
                yield place_in_variant(classifier, name, place[1:]), message
            else:
                yield ("classifier", *place), message


def _unfit(
    plugin: str, config: TrainableConfig, image_shape: tuple[int, ...], batch_size: int
) -> Iterator[Mistake]:
    """Yield what a configuration's own check refuses, at its key below a GAN, refiner or classifier."""
    try:
        config.check(image_shape, batch_size)
    except Unfit as error:
        beside: dict[tuple[str | int, ...], Path] = {(IMAGE_SIZE,): _SIZE, (BATCH_SIZE,): _BATCH, (): ()}
        yield beside.get(error.place, ("parameters", *error.place)), f"{plugin}: {error}"
    except RecipeError as error:
        yield (), f"{plugin}: {error}"


def _missing_files(config: PluginConfig, here: Path) -> Iterator[Mistake]:
    """Yield the input files and folders that are not there; that of ``data.path`` is checked elsewhere."""
    for place, path, mark in input_paths(config):
        there = File(path).is_dir() if mark.folder else File(path).is_file()
        if not there and path:
            what = "folder" if mark.folder else "file"
            yield (*here, *place), f"no {what} {path}; expected a {what} that is there. Correct the path"


def _channels(recipe: Recipe, source: str) -> int:
    """Return the channels of a pool's images."""
    return recipe.gans[origin_of(recipe, source)].image_shape(recipe.data.sequences)[2]


def _unmet(gan: Gan, config: NoiseToImageConfig, loss: LossConfig | None, here: Path) -> Iterator[Mistake]:
    """Yield what the loss, or R1, requires of a critic and a parameter, given or by default, takes away."""
    required: list[tuple[str, CriticProperty, Path]] = []
    if loss is not None and gan.loss is not None:
        required += [
            (f"the loss {gan.loss.plugin!r}", requirement, ("loss",)) for requirement in loss.requires
        ]
    if config.training_options.r1 if gan.train.r1 is None else gan.train.r1:
        required.append(("R1", CriticProperty.INDEPENDENT_SCORES, ("train", "r1")))
    missing = config.missing_properties()
    for who, critic_property, path in required:
        if critic_property in missing:
            field = missing[critic_property]
            place = ("parameters", field) if field in gan.parameters else path
            way_out = f"expected {_others(config, field, critic_property)}{_without(who, critic_property)}"
            reason = f"{who} needs {critic_property.value}: {critic_property.reason}"
            value = getattr(config, field)
            yield (*here, *place), f"{reason}. {field}: {value} takes them away; {way_out}"


def _others(config: NoiseToImageConfig, field: str, critic_property: CriticProperty) -> str:
    """Return the values of a field with which the critic has the property, as far as its type lists them."""
    annotation = type(config).model_fields[field].annotation
    values: tuple[Any, ...] = (True, False) if annotation is bool else typing.get_args(annotation)
    fitting = [
        str(value)
        for value in values
        if isinstance(value, str | bool)
        and critic_property not in config.model_copy(update={field: value}).missing_properties()
    ]
    *first, last = fitting or [""]
    words = f"{', '.join(first)} or {last}" if first else last
    return f"{field}: {words}, or " if fitting else ""


def _without(who: str, critic_property: CriticProperty) -> str:
    """Return what may stand in place of who requires a property."""
    if who == "R1":
        return "train.r1: 0"
    losses = [name for name in registry.available("losses") if critic_property not in _required_by(name)]
    return f"another loss ({', '.join(losses)})" if losses else "another loss"


def _required_by(loss: str) -> tuple[CriticProperty, ...]:
    try:
        config = registry.config_class("losses", loss)
    except PluginError:
        return tuple(CriticProperty)  # it cannot be used
    return config.requires if issubclass(config, LossConfig) else ()
