"""What the report is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgan.analyses.report.resolved_recipe import ResolvedRecipe
from kgan.analyses.report.sections.missing_analyses import Missing
from kgan.analyses.report.settings import ReportSettings
from kgan.pipeline.records.run_folder import Steps


@dataclass(frozen=True)
class Contents:
    """What the report is made from.

    Args:
        settings: of the report.
        run: the finished steps that have results.
        out: folder of the report; its figures are drawn below ``figures``.
        labels: display names of GANs, curations and refiners.
        deviations: where recipe, steps and plugins deviate, a sentence each.
        tables: files of the report to publish: path in the run's folder -> path below ``out``.
        missing: analyses without a result.
    """

    settings: ReportSettings
    run: Steps
    out: Path
    labels: Mapping[str, str] = field(default_factory=dict)
    deviations: Sequence[str] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    missing: Sequence[Missing] = ()

    @property
    def recipe(self) -> ResolvedRecipe:
        """The recipe of the run."""
        return ResolvedRecipe.model_validate(self.settings.recipe)

    @property
    def paper(self) -> ResolvedRecipe | None:
        """The recipe of the published protocol; ``None`` where there is none."""
        paper = self.settings.paper
        return None if paper is None else ResolvedRecipe.model_validate(paper)

    @property
    def figures(self) -> Path:
        """Folder of the report's own figures."""
        return self.out / "figures"

    def files(self) -> dict[str, str]:
        """Return the files to publish beside the page, those of the figures drawn so far among them."""
        drawn = [path.relative_to(self.out).as_posix() for path in sorted(self.figures.glob("*"))]
        shown = {path.replace("figures/", "results/"): path for path in drawn if path.endswith(".csv")}
        return {**self.tables, **shown, **{path: path for path in drawn if path.endswith(".png")}}
