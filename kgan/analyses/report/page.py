"""The report of a run: one page for a supervisor, in the order of their questions."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from kgan import __version__
from kgan.analyses import ANALYSES
from kgan.analyses.base import Analysis
from kgan.analyses.checkpoint_selection import section as checkpoint_selection
from kgan.analyses.curation import section as curation
from kgan.analyses.report.contents import Contents
from kgan.analyses.report.sections.cohort import cohort_section
from kgan.analyses.report.sections.deviations import deviations_section
from kgan.analyses.report.sections.learning_curves import learning_curves_section
from kgan.analyses.report.sections.missing_analyses import limits_section, limits_warning
from kgan.analyses.report.sections.model_figures import interpolation_section, refinement_section
from kgan.analyses.report.sections.protocol_comparison import scale_section
from kgan.analyses.report.sections.question import question_section
from kgan.analyses.report.sections.run_costs import (
    cost_section,
    files_section,
    reproduction_section,
    versions_section,
)
from kgan.analyses.report.sections.samples import first_images, samples_section
from kgan.pipeline.records.run_folder import Steps
from kgan.report.formatting import count
from kgan.report.html import AnyFigure, Section, render
from kgan.steps.facts import PreparationFacts
from kgan.steps.settings.prepare import PrepareSettings

PHANTOM = "The data are a synthetic phantom cohort: nothing here is a clinical claim."
_PHANTOM_MORE = (
    "The “patients” are computed from an atlas of the normal brain with drawn tumours. They show that the "
    "pipeline works and how its parts behave, not whether GAN-made images help with real disease."
)


def write_report(contents: Contents) -> str:
    """Return the report as one HTML page that needs nothing beside it; draw its figures."""
    settings = contents.settings
    return render(
        "report.html",
        title=settings.title or settings.name or "A run of kgan",
        subtitle=f"recipe {settings.name or '?'}, profile {settings.profile or '?'}, "
        f"seed {contents.recipe.seed}, kgan {__version__}",
        version=__version__,
        warnings=_warnings(contents),
        details=_details(contents),
        answer=list(_answers(contents)),
        first=list(_first(contents)),
        sections=list(_sections(contents)),
    )


def _sections(contents: Contents) -> Iterator[Section]:
    """Yield the sections in the order of the page."""
    run, labels, first = contents.run, contents.labels, contents.run.first_split()
    yield question_section(contents.recipe, labels)
    yield from limits_section(run, contents.missing)
    yield from samples_section(first, contents.figures, contents.settings.seed, labels)
    yield from refinement_section(first, labels)
    yield from _of_analyses("results", run, contents)
    yield from _of_analyses("images", first, contents)
    yield cohort_section(run)
    yield from scale_section(contents.recipe, contents.paper, run, labels)
    yield from curation.sections(first, labels)
    yield from checkpoint_selection.sections(run, labels)
    yield from interpolation_section(first, labels)
    yield from learning_curves_section(first, contents.figures, labels)
    yield from deviations_section(contents)
    yield cost_section(run)
    yield versions_section(run)
    yield reproduction_section(contents.settings.recipe, run)
    yield files_section(run, contents.files())


def _of_analyses(group: Literal["results", "images"], run: Steps, contents: Contents) -> Iterator[Section]:
    for analysis in _in_order():
        if analysis.report_group == group:
            yield from analysis.sections(run, contents.labels)


def _answers(contents: Contents) -> Iterator[str]:
    """Yield the answer to the run's question, from the first analysis that has one, and other findings."""
    answered = False
    for analysis in _in_order():
        if analysis.answers_question and answered:
            continue
        sentences = list(analysis.answers(contents.run, contents.labels))
        answered = answered or (analysis.answers_question and bool(sentences))
        yield from sentences


def _first(contents: Contents) -> Iterator[AnyFigure]:
    """Yield the figures of the first screen: the answer's, and an image of each kind."""
    for analysis in _in_order():
        if analysis.answers_question:
            yield from analysis.opening(contents.run, contents.labels)
    yield from first_images(contents.run.first_split(), contents.settings.seed, contents.labels)


def _in_order() -> Sequence[Analysis[Any]]:
    return sorted(ANALYSES, key=lambda analysis: analysis.report_order)


def _details(contents: Contents) -> list[str]:
    """Return what the first warning means where the cohort is a phantom."""
    settings = contents.settings
    return [_PHANTOM_MORE, *([settings.scale] if settings.scale else [])] if settings.synthetic else []


def _warnings(contents: Contents) -> list[str]:
    settings = contents.settings
    lines = [PHANTOM] if settings.synthetic else [settings.scale] if settings.scale else []
    lines += limits_warning(contents.missing)
    preparations = [PreparationFacts.model_validate(step.facts) for step in contents.run.of(PrepareSettings)]
    across = max((facts.near_copies.across_splits for facts in preparations), default=0)
    if across:
        lines.append(
            f"{count(across)} images of one split look like near copies of another split’s: what is measured "
            "on such test images says too much. See copies.csv."
        )
    return lines
