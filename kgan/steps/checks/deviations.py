"""Where a run departs from its paper, or decides what the paper leaves open, as its steps and plugins say.

Each step's module may have a function ``deviations(settings)``, and each plugin may name
one in ``deviations_by``: settings, or parameters with defaults filled in, -> key -> sentence. Nobody else
needs to remember them: whatever a plan holds says what it does otherwise.
"""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kgan import registry
from kgan.plan.step import MODULES

#: Settings of a step that name a plugin, and of which kind.
_PLUGINS = {"reader": "readers", "gan": "gans", "loss": "losses", "classifier": "classifiers"}

#: Where the recipe's own sentences are from.
RECIPE = "recipe"

#: What steps are called before people; plugins keep their names.
_NAMES = {
    "prepare": "Data",
    "train_gan": "GAN training",
    "train_refiner": "Refiner training",
    "generate": "Generated images",
    "refine": "Refined images",
    "curate": "Curation",
    "classify": "Classifier training",
    "choose": "Choice of a refiner's steps",
    "compare": "Statistics",
    "embed": "t-SNE",
    "measure": "Measures",
    "turing": "Visual Turing Test",
    "privacy": "Privacy",
    "equivalent": "Equivalent patients",
}


@dataclass(frozen=True)
class Deviation:
    """One departure, or one decision of ours.

    Args:
        where: what makes it: a plugin's name, what a step does, or `RECIPE`.
        key: short and stable, unique with ``where``.
        text: one sentence.
    """

    where: str
    key: str
    text: str


def collect_deviations(
    own: Iterable[str], steps: Iterable[tuple[str, Mapping[str, Any]]]
) -> tuple[Deviation, ...]:
    """Collect the deviations of a recipe and of its steps, each once, in the order of the steps.

    Args:
        own: the recipe's sentences.
        steps: what each step does, and its settings.
    """
    found = [Deviation(RECIPE, str(number), text) for number, text in enumerate(own, 1)]
    for does, settings in steps:
        found += _of_step(does, settings)
        found += _of_plugins(settings)
    return tuple(dict.fromkeys(found))


def _of_step(does: str, settings: Mapping[str, Any]) -> Iterator[Deviation]:
    module = importlib.import_module(MODULES[does])
    says = getattr(module, "deviations", None)
    for key, text in (says(settings) if says else {}).items():
        yield Deviation(does, key, text)


def _of_plugins(settings: Mapping[str, Any]) -> Iterator[Deviation]:
    for place, kind in _PLUGINS.items():
        about = settings.get(place)
        if isinstance(about, Mapping) and "plugin" in about:
            name = str(about["plugin"])
            figures = registry.figures_of(kind, name, about.get("parameters") or {})
            for key, text in registry.deviations_of(kind, name, figures).items():
                yield Deviation(name, key, text)


def named(where: str) -> str:
    """Return what a step or plugin is called before people."""
    return _NAMES.get(where, where)
