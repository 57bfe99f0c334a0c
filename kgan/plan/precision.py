"""What ``precision: auto`` is for each training of a recipe on this machine, known before anything runs."""

from collections.abc import Iterator
from typing import Any

from kgan import registry
from kgan.nn.precision import AUTO, is_native_here, resolve
from kgan.recipe.schema import Gan, Recipe, Refiner


def precision_lines(recipe: Recipe, gpus: int) -> list[str]:
    """Say what ``precision: auto`` is here, in a line for each answer; nothing where no training asks.

    Args:
        recipe: a checked recipe.
        gpus: that this machine has.
    """
    asking = dict(_asking(recipe))
    if not asking:
        return []
    here = is_native_here(bool(gpus))
    answers: dict[str, list[str]] = {}
    for name, config in asking.items():
        precision = resolve(AUTO, None, config.shown_in_bfloat16, here)
        answers.setdefault(precision.description, []).append(name)
    return [f"precision here: {answer} for {', '.join(names)}" for answer, names in answers.items()]


def _asking(recipe: Recipe) -> Iterator[tuple[str, Any]]:
    """Yield the name and the configuration of each training whose precision is "auto"."""
    models: dict[str, Gan | Refiner] = {**recipe.gans, **recipe.refiners}
    for name, model in models.items():
        if model.train.precision == AUTO:
            yield name, registry.configure("gans", model.plugin, model.parameters)
    classifier = recipe.classifier
    if classifier is not None and classifier.train.precision == AUTO:
        parameters = classifier.parameters
        yield "classifiers", registry.configure("classifiers", classifier.plugin, parameters)
