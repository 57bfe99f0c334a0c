"""Where the patient equivalence joins a plan, and how its section of a recipe is checked."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from kgan.analyses.base import Analysis, Planner
from kgan.analyses.patient_equivalence.settings import (
    Equivalent,
    LearningCurvePoint,
    PatientEquivalenceSettings,
)
from kgan.analyses.recipe_facts import Mistake, RecipeFacts, unknown_name
from kgan.schema.sources import CLASSIC, REAL


class PatientEquivalenceAnalysis(Analysis[Equivalent]):
    """How many real patients a pool is equivalent to for the classifier."""

    name: ClassVar[str] = "equivalent"
    section_type: ClassVar[type[Equivalent]] = Equivalent
    description: ClassVar[str] = "How many real patients a pool is equivalent to for the classifier."
    of_classifiers: ClassVar[bool] = True
    report_order: ClassVar[int] = 2

    def plan(self, section: Equivalent, planner: Planner) -> None:
        """Add classifiers of growing numbers of real patients, with a pool and without, and the estimate."""
        if not planner.has_classifier():
            return
        cells = tuple(
            self._cell(section, planner, patients, pool, seed)
            for patients in section.patients
            for pool in (False, True)
            for seed in range(planner.seeds)
        )
        base = "all real images of the patients"
        if section.classic:
            base += f", {section.classic} of classic augmentation"
        settings = PatientEquivalenceSettings(
            seed=planner.seed("equivalent"),
            source=section.source,
            title=planner.title(section.source),
            cells=cells,
            base=base,
        )
        planner.add("equivalent", settings, [planner.prepared, *(cell.step for cell in cells)])

    def mistakes(self, section: Equivalent, facts: RecipeFacts) -> Iterator[Mistake]:
        """Yield names that do not exist, and more patients than there are."""
        if facts.variants is None:
            yield (self.name,), "needs a 'classifier' to be tried on"
            return
        pools, what = facts.pools, "GAN, curation or refiner"
        yield from unknown_name((self.name, "source"), section.source, pools, what, "There are")
        if section.variant is not None:
            what = "variant of the classifier"
            here = (self.name, "variant")
            yield from unknown_name(here, section.variant, facts.variants, what, "There are")
        available = facts.training_patients
        most = max((number for number in section.patients if isinstance(number, int)), default=0)
        if isinstance(available, int) and most > available:
            text = f"expected at most the {available} patients of data.split.train, received {most}"
            yield (self.name, "patients"), text

    def images_needed(self, section: Equivalent, pool: str, classes: int) -> int:
        """Return how many images of the pool are added to those of the patients."""
        return section.images if pool == section.source else 0

    def _cell(
        self,
        section: Equivalent,
        planner: Planner,
        patients: int | float | Literal["all"],
        pool: bool,
        seed: int,
    ) -> LearningCurvePoint:
        parts: dict[str, int | str] = {REAL: "all"}
        parts |= {CLASSIC: section.classic} if section.classic else {}
        parts |= {section.source: section.images} if pool else {}
        step = planner.classifier_of_some(parts, patients, planner.variant(section.variant), seed)
        return LearningCurvePoint(patients=patients, pool=pool, step=step, seed=seed + 1)
