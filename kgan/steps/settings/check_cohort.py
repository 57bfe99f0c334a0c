"""Settings of the step that checks, before anything is trained, whether the cohort is large enough."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import SerializeAsAny, model_validator

from kgan.pipeline.settings import StepSettings, settings_of, type_name
from kgan.schema.base import Part


class CheckedStep(Part):
    """A later step whose demands on the cohort are checked.

    Args:
        prepare: the step that prepared its split.
        settings: of the step.
        settings_type: their type, by which they are read back from JSON.
    """

    prepare: str
    settings: SerializeAsAny[StepSettings]
    settings_type: str

    @classmethod
    def of(cls, prepare: str, settings: StepSettings) -> "CheckedStep":
        """Return the demands of a step with some settings."""
        return cls(prepare=prepare, settings=settings, settings_type=type_name(settings))

    @model_validator(mode="before")
    @classmethod
    def _typed(cls, values: Any) -> Any:
        settings = values.get("settings")
        if isinstance(settings, Mapping):
            return {**values, "settings": settings_of(values["settings_type"], settings)}
        return values


class CheckCohortSettings(StepSettings):
    """Settings of the check.

    Args:
        steps: that are checked, by name.
    """

    kind: ClassVar[str] = "check_cohort"
    display_name: ClassVar[str] = "Cohort check"
    module: ClassVar[str] = "kgan.steps.check_cohort"
    precedes_all: ClassVar[bool] = True

    steps: dict[str, CheckedStep]

    def modules(self) -> tuple[str, ...]:
        """Return the module of the check, and those of the checked steps, which hold their demands."""
        checked = dict.fromkeys(step.settings.module for step in self.steps.values())
        return (self.module, *checked)

    def describe(self) -> str:
        """Say how many steps are checked."""
        return f"check whether the cohort is large enough for {len(self.steps)} steps"
