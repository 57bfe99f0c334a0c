"""What the text of a paper is made from: a finished run, its recipe and its tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kgan.analyses.comparison.results import ComparedPair, Result, read_pairs, read_results
from kgan.analyses.comparison.settings import ComparisonSettings
from kgan.analyses.report.model_names import display_names
from kgan.analyses.report.resolved_recipe import ResolvedRecipe
from kgan.data.cohort.tables import SLICES
from kgan.pipeline.optional import LEFT_OUT
from kgan.pipeline.records.finished_run import FinishedRun
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.steps.facts import PreparationFacts
from kgan.steps.settings.prepare import PrepareSettings


@dataclass(frozen=True)
class Manuscript:
    """A finished run as the text of a paper needs it.

    Args:
        run: the run.
    """

    run: FinishedRun

    @cached_property
    def recipe(self) -> ResolvedRecipe:
        """The recipe as resolved."""
        return ResolvedRecipe.model_validate(self.run.recipe)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Display names of GANs, refiners and curations."""
        return display_names(self.recipe)

    @cached_property
    def steps(self) -> Steps:
        """The steps that have results."""
        return Steps(step for step in self.run.steps if LEFT_OUT not in step.facts)

    @cached_property
    def left_out(self) -> list[str]:
        """The analyses without a result, each with its reason."""
        return [
            f"{step.settings.display_name} ({step.name}): {step.facts[LEFT_OUT]}".removesuffix(".")
            for step in self.run.steps
            if LEFT_OUT in step.facts and step.settings.role == "analysis"
        ]

    @cached_property
    def prepare(self) -> FinishedStep[PrepareSettings] | None:
        """The step that prepared the data."""
        return self.steps.first_of(PrepareSettings)

    @cached_property
    def data(self) -> PreparationFacts:
        """What that step recorded."""
        return PreparationFacts.model_validate(self.prepare.facts if self.prepare else {})

    @property
    def phantom(self) -> bool:
        """Whether the patients are computed."""
        return bool(self.prepare and self.prepare.facts.get("synthetic"))

    @cached_property
    def masks(self) -> bool:
        """Whether slices got their class from a mask: then they have an area of tumour."""
        prepare = self.prepare
        return prepare is not None and any(row.tumor_area is not None for row in SLICES.read(prepare.folder))

    @cached_property
    def comparison(self) -> FinishedStep[ComparisonSettings] | None:
        """The step that compared the classifiers; ``None`` where there are none."""
        return self.steps.first_of(ComparisonSettings)

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """The classifiers on the test images."""
        return read_results(self.comparison.folder, self.labels) if self.comparison else ()

    @cached_property
    def pairs(self) -> tuple[ComparedPair, ...]:
        """The compared pairs."""
        return read_pairs(self.comparison.folder, self.labels) if self.comparison else ()

    def manifest(self, step: FinishedStep[Any] | None) -> str:
        """Return the path of a step's manifest in the run's folder; empty where there is none."""
        if step is None:
            return ""
        return self.existing((step.folder / "manifest.json").relative_to(self.run.folder).as_posix())

    def existing(self, path: str) -> str:
        """Return a path in the run's folder; empty where there is no such file."""
        return path if (self.run.folder / path).is_file() else ""
