"""What an analysis is: one question about a run, with all that belongs to it in one folder.

The folder holds the recipe's section and the step's settings (``settings.py``), where it joins a plan
and how its section is checked (``analysis.py``), its computation, its step (``step.py``), the tables that
the step writes (``tables.py``) and its part of the report (``section.py``). An analysis is added as a folder
and a line of `kgan.analyses.ANALYSES`.
"""

import abc
import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar

from kgan.analyses.comparison.settings import ComparedCell
from kgan.analyses.recipe_facts import Mistake, RecipeFacts
from kgan.pipeline.settings import StepSettings
from kgan.schema.base import Part
from kgan.schema.data import Classic
from kgan.schema.features import Features
from kgan.steps.settings.shared import FeatureChoice, PlacedView

if TYPE_CHECKING:
    from kgan.pipeline.records.run_folder import Steps
    from kgan.report.html import AnyFigure, Section

SectionT = TypeVar("SectionT", bound=Part)


class Planner(Protocol):
    """What an analysis may ask of a plan, and how it adds its step to it."""

    #: Name of the step that prepared the images of the first split.
    prepared: str
    #: Names of the classes; empty where images have none.
    classes: Sequence[str]
    #: Steps that hold the pools planned so far, by the names of their sources.
    pools: Mapping[str, str]
    #: Ranges of classic augmentation.
    classic: Classic
    #: Runs of each classifier that differ in their seed.
    seeds: int
    #: Whether images are cut to the classifier's size instead of resized.
    center_crop: bool

    def seed(self, stream: str) -> int:
        """Return the seed of a part of the recipe, a function of the recipe's and of ``stream``."""

    def add(self, name: str, settings: StepSettings, needs: Sequence[str]) -> str:
        """Append a step and return its name."""

    def pool(self, name: str) -> str:
        """Return the step that holds a source's pool."""

    def title(self, name: str) -> str:
        """Return how a source is called in figures."""

    def viewed(self, name: str) -> PlacedView:
        """Return how the model behind a source sees the real images."""

    def origin(self, name: str) -> str:
        """Return the GAN behind a curation or refiner; the name itself where it is neither."""

    def per_class(self, name: str) -> bool:
        """Tell whether a GAN has a model for each class."""

    def features(self, choice: Features) -> FeatureChoice:
        """Return features as settings have them."""

    def classifier_of_some(
        self, parts: Mapping[str, int | str], patients: int | float | str, variant: str, seed: int = 0
    ) -> str:
        """Return the step that trains a classifier on images of some patients and on other sources."""

    def variant(self, requested: str | None) -> str:
        """Return a variant of the classifier: the requested one, else one with weights, if any."""

    def has_classifier(self) -> bool:
        """Tell whether the recipe has a classifier."""

    def cells(self) -> Sequence[ComparedCell]:
        """Return the classifiers of all setups, variants, seeds and splits."""

    def setups(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the setups: name -> source -> images."""

    def refiners(self) -> Sequence[str]:
        """Return the names of the refiners."""


class Analysis(abc.ABC, Generic[SectionT]):
    """One question about a run.

    Args of a subclass, as attributes:
        name: key of its section in a recipe.
        section_type: how a recipe says it.
        description: of the section, for the recipe's JSON Schema.
        of_classifiers: whether it asks something of classifiers, and is planned after them.
        default: the section of a recipe that does not write it; ``None`` for no analysis.
        published_sets: what a section's ``published`` may name beside models.
        report_group: where its sections stand in the report: among the results, or below the images.
        report_order: of its sections within their group, ascending.
        answers_question: whether it answers what the run was made for; of several the first in the report
            opens the page.
    """

    name: ClassVar[str]
    section_type: ClassVar[type[Part]]
    description: ClassVar[str]
    of_classifiers: ClassVar[bool] = False
    default: ClassVar[Part | None] = None
    published_sets: ClassVar[tuple[str, ...]] = ()
    report_group: ClassVar[Literal["results", "images"]] = "results"
    report_order: ClassVar[int]
    answers_question: ClassVar[bool] = False

    @abc.abstractmethod
    def plan(self, section: SectionT, planner: Planner) -> None:
        """Add the analysis's step to a plan, where the recipe has its section."""

    @property
    def has_published(self) -> bool:
        """Whether a recipe's section holds what a paper reports, by model, under ``published``."""
        return "published" in self.section_type.model_fields

    def mistakes(self, section: SectionT, facts: RecipeFacts) -> Iterator[Mistake]:
        """Yield what is wrong with the section beside its types: unknown names, numbers that clash."""
        yield from ()

    def images_needed(self, section: SectionT, pool: str, classes: int) -> int:
        """Return how many images of a pool the analysis needs, over all classes; 0 where it needs none.

        Args:
            section: of the recipe.
            pool: name of the GAN, curation or refiner.
            classes: number of classes.
        """
        return 0

    def sections(self, run: "Steps", labels: Mapping[str, str]) -> "Iterable[Section]":
        """Return the analysis's sections of the report, by ``sections`` of the folder's ``section.py``.

        Args:
            run: the finished steps.
            labels: display names of GANs, curations and refiners.
        """
        sections: Iterable[Section] = self._section_module().sections(run, labels)
        return sections

    def answers(self, run: "Steps", labels: Mapping[str, str]) -> Iterable[str]:
        """Return sentences that open the report, by ``answers`` of ``section.py``; none where it has none."""
        answers = getattr(self._section_module(), "answers", None)
        return answers(run, labels) if answers else ()

    def opening(self, run: "Steps", labels: Mapping[str, str]) -> "Iterable[AnyFigure]":
        """Return figures of the first screen, by ``opening`` of ``section.py``; none where it has none."""
        opening = getattr(self._section_module(), "opening", None)
        return opening(run, labels) if opening else ()

    def _section_module(self) -> Any:
        """Import the module when a page is made: plans need no drawing library."""
        return importlib.import_module(f"{type(self).__module__.rpartition('.')[0]}.section")
