"""Settings of the step that checks, before anything is trained, whether the cohort is large enough."""

from typing import ClassVar

from pydantic import SerializeAsAny

from kgan.pipeline.settings import StepSettings
from kgan.schema.base import Part


class CheckedStep(Part):
    """A later step whose demands on the cohort are checked.

    Args:
        prepare: the step that prepared its split.
        settings: of the step.
    """

    prepare: str
    settings: SerializeAsAny[StepSettings]


class CheckCohortSettings(StepSettings):
    """Settings of the check.

    Args:
        steps: that are checked, by name.
    """

    kind: ClassVar[str] = "check_cohort"
    module: ClassVar[str] = "kgan.steps.check_cohort"

    steps: dict[str, CheckedStep]

    def describe(self) -> str:
        """Say how many steps are checked."""
        return f"check whether the cohort is large enough for {len(self.steps)} steps"
