"""Settings of steps: frozen types, from which identity, reasons of change and the words of a plan derive."""

import abc
import importlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from kgan.errors import RunError
from kgan.files.inputs import Place, ReadFromOutside, input_paths
from kgan.schema.base import Plugin

#: ``required``: the run ends. ``analysis``: no result rests on it but the report's. ``shared``: counts as
#: what it is made for. ``summary``: is made without the analyses that failed.
Role: TypeAlias = Literal["required", "analysis", "shared", "summary"]

#: GPUs of a step: none; one; or several, among which it divides its batches.
Accelerator: TypeAlias = Literal["none", "one", "several"]


class StepSettings(BaseModel, abc.ABC):
    """What changes a step's result. A subclass for each kind of step.

    Args:
        seed: every draw of the step is a function of it, a stream and a number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: The kind of step, as manifests name it.
    kind: ClassVar[str]
    #: The kind of step, as users read it.
    display_name: ClassVar[str]
    #: The module whose ``run(context)`` does the step; imported in the step's own process alone.
    module: ClassVar[str]
    #: What a run does where the step fails: see `kgan.pipeline.optional`.
    role: ClassVar[Role] = "required"
    #: What the step computes on where the machine has GPUs.
    accelerator: ClassVar[Accelerator] = "none"
    #: Whether only what it needs starts before it: it finds, before a long training, what would fail later.
    precedes_all: ClassVar[bool] = False
    #: Whether the module has ``limits(name, settings, prepared)``: what the cohort is too small for.
    has_limits: ClassVar[bool] = False

    seed: int

    @abc.abstractmethod
    def describe(self) -> str:
        """Say in a few words what the step does."""

    def devices(self, available: int) -> int:
        """Return how many GPUs the step uses.

        Args:
            available: GPUs that a step may have, 0 or more.
        """
        return 0 if self.accelerator == "none" else min(1, available)

    @property
    def gigabytes(self) -> float:
        """Memory that the step needs, roughly and at most; it does not grow with the number of images."""
        return 4.0

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain JSON values."""
        return self.model_dump(mode="json")

    def modules(self) -> tuple[str, ...]:
        """Return the modules whose code the step runs; ``"kgan.analyses.*"`` for all of a package."""
        return (self.module,)

    def plugins(self) -> Iterator[tuple[str, Plugin]]:
        """Yield the kind ("readers", "gans", "losses", "classifiers") of each plugin, and which it is."""
        yield from ()

    def input_paths(self) -> Iterator[tuple[Place, str, ReadFromOutside]]:
        """Yield the files and folders outside the run that the settings name; see `kgan.files.inputs`."""
        yield from input_paths(self)


def type_name(settings: StepSettings) -> str:
    """Return where the type of settings is defined, as ``module:class``."""
    return f"{type(settings).__module__}:{type(settings).__qualname__}"


def settings_of(name: str, values: Mapping[str, Any]) -> StepSettings:
    """Return settings from their JSON form.

    Args:
        name: of their type, from `type_name`.
        values: from `StepSettings.to_json`.

    Raises:
        RunError: they were written by another version of kgan.
    """
    module, _, attribute = name.partition(":")
    try:
        settings: StepSettings = getattr(importlib.import_module(module), attribute).model_validate(values)
    except (ImportError, AttributeError, ValueError) as error:
        raise RunError(
            f"settings of type {name!r} cannot be read ({str(error).splitlines()[0]}); expected those of "
            "this version of kgan. Run the recipe again in this folder"
        ) from error
    return settings
