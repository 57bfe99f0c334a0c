"""Where a run departs from its paper, or decides what the paper leaves open, as its steps and plugins say.

Each step's module may have a function ``deviations(settings)``, and each plugin may name
one in ``deviations_by``: settings, or parameters with defaults filled in, -> key -> sentence. Nobody else
needs to remember them: whatever a plan holds says what it does otherwise.
"""

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kgan import registry
from kgan.pipeline.settings import StepSettings

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


def collect_deviations(own: Iterable[str], steps: Iterable[StepSettings]) -> tuple[Deviation, ...]:
    """Collect the deviations of a recipe and of its steps, each once, in the order of the steps.

    Args:
        own: the recipe's sentences.
        steps: settings of each step.
    """
    collected = [Deviation(RECIPE, str(number), text) for number, text in enumerate(own, 1)]
    for settings in steps:
        collected += _of_step(settings)
        collected += _of_plugins(settings)
    return tuple(dict.fromkeys(collected))


def _of_step(settings: StepSettings) -> Iterator[Deviation]:
    module = importlib.import_module(settings.module)
    deviations = getattr(module, "deviations", None)
    for key, text in (deviations(settings) if deviations else {}).items():
        yield Deviation(settings.kind, key, text)


def _of_plugins(settings: StepSettings) -> Iterator[Deviation]:
    for kind, plugin in settings.plugins():
        parameters = registry.figures_of(kind, plugin.plugin, plugin.parameters)
        for key, text in registry.deviations_of(kind, plugin.plugin, parameters).items():
            yield Deviation(plugin.plugin, key, text)


def named(where: str) -> str:
    """Return what a step or plugin is called before people."""
    return _NAMES.get(where, where)
