"""Settings of the report."""

from collections.abc import Iterator
from typing import Any, ClassVar

from kgan.files.inputs import Place, ReadFromOutside
from kgan.pipeline.settings import Role, StepSettings


class ReportSettings(StepSettings):
    """Settings of the report.

    Args:
        title: of the recipe.
        name: of the recipe.
        profile: of the recipe.
        cite: what to cite.
        scale: one sentence on the scale of the run.
        deviations: sentences of the recipe.
        synthetic: whether the cohort is a phantom.
        stands_in: whether the stand-in replaces real data.
        steps: display name of each step, by name, in the order of the plan.
        recipe: as resolved, without settings that change no result.
        paths: paths of files and folders in ``recipe`` and ``paper``, which do not affect results.
        paper: the resolved published protocol; ``None`` if there is none.
    """

    kind: ClassVar[str] = "report"
    display_name: ClassVar[str] = "Report"
    module: ClassVar[str] = "kgan.analyses.report.step"
    role: ClassVar[Role] = "summary"

    title: str
    name: str
    profile: str
    cite: str
    scale: str
    deviations: tuple[str, ...]
    synthetic: bool
    stands_in: bool
    steps: dict[str, str]
    recipe: dict[str, Any]
    paper: dict[str, Any] | None
    paths: tuple[Place, ...] = ()

    def input_paths(self) -> Iterator[tuple[Place, str, ReadFromOutside]]:
        """Yield the paths in the recipe, whose content is read by other steps."""
        for place in self.paths:
            value: Any = {"recipe": self.recipe, "paper": self.paper}
            for key in place:
                value = value[key]
            yield place, value, ReadFromOutside(folder=True)

    def modules(self) -> tuple[str, ...]:
        """Return the module of the report, and the packages whose sections and deviations it shows."""
        return (self.module, "kgan.analyses.*", "kgan.steps.*")

    def describe(self) -> str:
        """Describe the output."""
        return "write report.html"
