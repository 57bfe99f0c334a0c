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
        stands_in: whether the stand-in takes the place of real data.
        steps: kind of each step, by name, in the plan's order.
        recipe: as resolved, without what changes no result.
        paths: places of files and folders in ``recipe`` and ``paper``, whose place changes no result.
        paper: the same of the published protocol; ``None`` where there is none.
    """

    kind: ClassVar[str] = "report"
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
        """Yield the paths that the recipe names; what lies there is read by other steps."""
        for place in self.paths:
            value: Any = {"recipe": self.recipe, "paper": self.paper}
            for key in place:
                value = value[key]
            yield place, value, ReadFromOutside(folder=True)

    def describe(self) -> str:
        """Say what is written."""
        return "write report.html"
