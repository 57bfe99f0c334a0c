"""Steps with settings of any kind, for tests of the engine."""

from pydantic import ConfigDict

from kgan.pipeline.settings import StepSettings
from kgan.pipeline.step import Step
from kgan.schema.base import Plugin

_ROLES = {
    **dict.fromkeys(("embed", "measure", "privacy", "turing", "equivalent", "export"), "analysis"),
    "classify": "shared",
    "report": "summary",
}
_PLUGINS = {"reader": "readers", "gan": "gans", "loss": "losses", "classifier": "classifiers"}


class AnySettings(StepSettings):
    """Settings with any fields."""

    model_config = ConfigDict(extra="allow")

    seed: int = 0

    def describe(self):
        return self.kind

    def plugins(self):
        for name, kind in _PLUGINS.items():
            if isinstance(plugin := getattr(self, name, None), Plugin):
                yield kind, plugin


def settings_of_kind(kind, values=None, module="kgan.steps.check_cohort"):
    """Return settings of a kind of step that need not exist."""
    made = type(
        "AnySettings", (AnySettings,), {"kind": kind, "module": module, "role": _ROLES.get(kind, "required")}
    )
    return made(**values or {})


def step(name, kind, needs=(), settings=None):
    """Return a step of a plan."""
    return Step(name, settings_of_kind(kind, settings), tuple(needs))
