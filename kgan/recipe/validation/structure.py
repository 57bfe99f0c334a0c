"""What types cannot tell: sources that exist, sizes that fit, names that stand for one thing."""

import graphlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as File

from kgan.analyses import ANALYSES
from kgan.analyses.checkpoint_selection.checks import choice_mistakes
from kgan.analyses.comparison.controls.derivation import control_mistakes
from kgan.analyses.curation.checks import curation_mistakes
from kgan.analyses.recipe_facts import CLASSLESS, Mistake
from kgan.errors import DataError, RecipeError, did_you_mean
from kgan.recipe.facts import Facts
from kgan.recipe.schema import Recipe
from kgan.recipe.source_graph import making_order, origin_of
from kgan.recipe.validation.classes import class_mistakes
from kgan.recipe.validation.plugin_parameters import parameter_mistakes
from kgan.recipe.validation.plugins import plugin_mistakes
from kgan.recipe.validation.replicates import replicate_mistakes
from kgan.recipe.yaml.messages import at
from kgan.recipe.yaml.reader import Marked
from kgan.schema.sources import FURTHER_REAL, REAL, RESERVED, WHOLE


def check(recipe: Recipe, tree: Marked, needs_data: bool = True) -> None:
    """Refuse a recipe that cannot be run.

    Args:
        recipe: of valid types.
        tree: what it was made from, for places.
        needs_data: whether a folder of scans must be given where one is needed.

    Raises:
        RecipeError: the first mistake found.
        DataError: the folder of scans is not there.
    """
    shapes = (_names, _sources, _circles, _views, _sizes, _slices)
    for look in (*shapes, _setups, _export, _files, replicate_mistakes):
        _refuse(look(recipe), tree)
    _refuse(plugin_mistakes(recipe, needs_data), tree)
    _refuse(class_mistakes(recipe), tree)
    _refuse(_sections(recipe), tree)
    _refuse(parameter_mistakes(recipe), tree)
    if recipe.data.path is not None and not File(recipe.data.path).is_dir():
        where = at(tree, ("data", "path"))
        raise DataError(f"{where}no folder {recipe.data.path}; expected a folder of scans")


def _refuse(mistakes: Iterable[Mistake], tree: Marked) -> None:
    for path, message in mistakes:
        raise RecipeError(at(tree, path) + message)


def slug(setup: str) -> str:
    """Return a setup's name as part of a step's name: ``"6 +classic"`` -> ``"6-classic"``."""
    return re.sub(r"[^a-z0-9]+", "-", setup.lower()).strip("-")


def _names(recipe: Recipe) -> Iterator[Mistake]:
    taken = set(RESERVED)
    for kind, names in _models(recipe).items():
        for name in names:
            if name in taken:
                yield (kind, name), f"the name {name!r} stands for another source already; take another"
        taken |= set(names)
    slugs: dict[str, str] = {}
    for setup in recipe.setups:
        first = slugs.setdefault(slug(setup), setup)
        if first != setup:
            yield ("setups", setup), f"would share its folder with {first!r}; take a name that differs more"


def _models(recipe: Recipe) -> dict[str, list[str]]:
    return {"gans": [*recipe.gans], "curations": [*recipe.curations], "refiners": [*recipe.refiners]}


def _pools(recipe: Recipe) -> list[str]:
    return [name for names in _models(recipe).values() for name in names]


def _sources(recipe: Recipe) -> Iterator[Mistake]:
    pools = _pools(recipe)
    for kind, made in (("curations", recipe.curations), ("refiners", recipe.refiners)):
        for name, section in made.items():
            if section.source not in pools:
                hint = did_you_mean(section.source, pools) or "."
                known = ", ".join(other for other in pools if other != name) or "none"
                yield (kind, name, "source"), f"no source {section.source!r}{hint} Sources: {known}"
    known_sources = [*RESERVED, *pools]
    for setup, parts in recipe.setups.items():
        for source in parts:
            if source not in known_sources:
                hint = did_you_mean(source, known_sources) or "."
                yield (
                    ("setups", setup, source),
                    f"no source {source!r}{hint} Sources: {', '.join(known_sources)}",
                )


def _circles(recipe: Recipe) -> Iterator[Mistake]:
    try:
        making_order(recipe)
    except graphlib.CycleError as error:
        circle = list(reversed(error.args[1]))
        kind = "refiners" if circle[0] in recipe.refiners else "curations"
        words = " from ".join(circle)
        yield (kind, circle[0], "source"), f"a circle: {words}; end it at a GAN"


def _views(recipe: Recipe) -> Iterator[Mistake]:
    known = recipe.data.sequences
    for name, gan in recipe.gans.items():
        here = ("gans", name, "sequences")
        for sequence in gan.sequences or ():
            if sequence not in known:
                hint = did_you_mean(sequence, known) or "."
                yield here, f"no sequence {sequence!r} in data.sequences{hint} There: {', '.join(known)}"
        yield from ((here, message) for message in _repeated(gan.sequences or ()))


def _repeated(sequences: Sequence[str]) -> Iterator[str]:
    repeated = {name for name in sequences if sequences.count(name) > 1}
    if repeated:
        yield f"{', '.join(sorted(repeated))} is there more than once"


def _sizes(recipe: Recipe) -> Iterator[Mistake]:
    whole, stored = recipe.data.image_size, recipe.data.stored_size
    if whole and stored and (stored[0] > whole[0] or stored[1] > whole[1]):
        yield ("data", "center_crop"), f"expected at most image_size {list(whole)}, received {list(stored)}"
    for name, gan in recipe.gans.items():
        size = gan.image_size or stored
        if size is None:
            continue
        room = (gan.canvas[0] - size[0], gan.canvas[1] - size[1])
        if min(room) < 0:
            yield (
                ("gans", name, "canvas"),
                f"expected at least the image size {list(size)}, received {list(gan.canvas)}",
            )
        elif gan.crop > min(room):
            text = (
                f"expected at most {min(room)}, what the canvas leaves beside the image, received {gan.crop}"
            )
            yield ("gans", name, "crop"), text


def _slices(recipe: Recipe) -> Iterator[Mistake]:
    slices = recipe.data.slices
    if slices.last < slices.first:
        text = f"expected at least 'first', {slices.first}, received {slices.last}"
        yield ("data", "slices", "last"), text
    yield from ((("data", "sequences"), message) for message in _repeated(recipe.data.sequences))
    if not recipe.gans and not recipe.setups:
        yield (), "nothing to do: expected 'gans' or 'setups'"


def _setups(recipe: Recipe) -> Iterator[Mistake]:
    if recipe.setups and recipe.data.labels is None:
        yield ("setups",), "setups need images with a class: expected 'data.labels'"
    empty = [part for part in ("validation", "test") if not getattr(recipe.data.split, part)]
    if recipe.setups and empty:
        yield ("data", "split", empty[0]), "setups need patients of it: expected 1 or more, received 0"
    if recipe.setups and recipe.classifier is None:
        yield ("setups",), "setups need a 'classifier' to be tried on"
    yield from control_mistakes(recipe.setups)
    for setup, parts in recipe.setups.items():
        if all(count == 0 for count in parts.values()):
            yield ("setups", setup), "expected images of at least one source, received none"
        for source, count in parts.items():
            here = ("setups", setup, source)
            if count == "all" and source not in WHOLE:
                yield here, f"expected a whole number of images; only {', '.join(WHOLE)} have an 'all'"
            elif count and source == FURTHER_REAL and not recipe.data.split.further:
                yield here, "needs patients that are held back: expected 'further' in data.split, received 0"
            elif source != REAL and isinstance(count, int) and count % 2:
                yield here, f"expected an even number, half for each class, received {count}"
            elif not _has_classes(recipe, source) and count:
                yield here, CLASSLESS
            elif count and (other := _other_channels(recipe, source)):
                yield here, other
    for name, gan in recipe.gans.items():
        if gan.per_class and recipe.data.labels is None:
            yield ("gans", name), "a model for each class needs 'data.labels'; or write 'per_class: false'"
    for kind, made in (("curations", recipe.curations), ("refiners", recipe.refiners)):
        for name, section in made.items():
            if not _has_classes(recipe, section.source):
                yield (kind, name, "source"), CLASSLESS
            elif other := _other_channels(recipe, section.source):
                yield (kind, name, "source"), other


def _other_channels(recipe: Recipe, source: str) -> str:
    """Return what is wrong with a GAN whose images have other channels than the real ones; empty if none."""
    source = origin_of(recipe, source)
    data = recipe.data.sequences
    if source not in recipe.gans or recipe.gans[source].seen(data) == (data,):
        return ""
    groups = recipe.gans[source].seen(data)
    what = f"images of {', '.join(groups[0])}" if len(groups) == 1 else "images of one sequence each"
    return (
        f"{source!r} makes {what}, the real ones have a channel for each of {', '.join(data)}; expected these"
    )


def _has_classes(recipe: Recipe, source: str) -> bool:
    source = origin_of(recipe, source)
    return source not in recipe.gans or recipe.gans[source].per_class


def _export(recipe: Recipe) -> Iterator[Mistake]:
    models = [*recipe.gans, *recipe.refiners]
    for model in recipe.export.models or ():
        if model not in models:
            hint = did_you_mean(model, models) or "."
            yield ("export", "models"), f"no GAN or refiner {model!r}{hint} There are: {', '.join(models)}"


def _sections(recipe: Recipe) -> Iterator[Mistake]:
    """Yield what the analyses find wrong with their sections."""
    facts = Facts(recipe)
    for name, curation in recipe.curations.items():
        yield from curation_mistakes(name, curation, facts)
    for name, refiner in recipe.refiners.items():
        if refiner.choose is not None:
            yield from choice_mistakes(name, refiner.choose, refiner.train.steps, facts)
    for analysis in ANALYSES:
        section = recipe.section(analysis.name)
        if section is not None:
            yield from analysis.mistakes(section, facts)


def _files(recipe: Recipe) -> Iterator[Mistake]:
    if recipe.data.exclude is not None and not File(recipe.data.exclude).is_file():
        yield ("data", "exclude"), f"no file {recipe.data.exclude}; expected a table patient,slice,reason"
    for name, variant in recipe.classifier.variants.items() if recipe.classifier else ():
        start = variant.weights
        if start not in (None, "imagenet") and not File(str(start)).is_file():
            here = ("classifier", "variants", name, "weights")
            yield here, f"no file {start}; expected imagenet, a file of weights, or null"
