"""Where a run departs from its paper, or decides what the paper leaves open, as its steps and plugins say.

Each step's module may have a function ``deviations(settings)``, and each plugin's configuration has a method
``deviations``: key -> sentence. So whatever a plan holds says itself where it departs.
"""

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kgan import registry
from kgan.pipeline.settings import StepSettings

#: Where the recipe's own sentences are from.
RECIPE = "recipe"


@dataclass(frozen=True)
class Deviation:
    """One departure, or one decision of ours.

    Args:
        where: what makes it: a plugin's name, a kind of step, or `RECIPE`.
        key: short and stable, unique with ``where``.
        text: one sentence.
        name: of what makes it, as users read it; empty for the recipe.
    """

    where: str
    key: str
    text: str
    name: str = ""

    @property
    def sentence(self) -> str:
        """The text, after the name of what makes the deviation."""
        return f"{self.name}: {self.text}" if self.name else self.text


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
        yield Deviation(settings.kind, key, text, settings.display_name)


def _of_plugins(settings: StepSettings) -> Iterator[Deviation]:
    for kind, plugin in settings.plugins():
        config = registry.configure(kind, plugin.plugin, plugin.parameters, needs_data=False)
        for key, text in config.deviations().items():
            yield Deviation(plugin.plugin, key, text, plugin.plugin)
