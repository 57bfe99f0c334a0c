"""A recipe as ordered steps: what each does, what it needs, and the settings that change its result."""

from collections.abc import Iterator, Sequence
from typing import Any

from kgan import registry
from kgan.analyses import ANALYSES
from kgan.analyses.comparison.settings import ComparedCell
from kgan.analyses.report.settings import ReportSettings
from kgan.contracts.config import ReaderConfig
from kgan.files.inputs import Place, input_paths
from kgan.pipeline.step import Step
from kgan.plan.builder import Steps, seed_of
from kgan.plan.cells import cells_of
from kgan.plan.exports import add_export
from kgan.plan.planner import RecipePlanner
from kgan.plan.split import SplitPlan
from kgan.recipe.load import paper
from kgan.recipe.schema import Recipe
from kgan.recipe.source_graph import making_order, pool_sizes
from kgan.recipe.validation.classes import classes_of
from kgan.steps.settings.check_cohort import CheckCohortSettings, CheckedStep


def plan(recipe: Recipe) -> tuple[Step[Any], ...]:
    """Return a recipe's steps, each after those that it needs.

    Args:
        recipe: as `kgan.recipe.load` gives it.

    Raises:
        PluginError: the reader is broken.
    """
    with registry.unchanging():
        return _plan(recipe)


def _plan(recipe: Recipe) -> tuple[Step[Any], ...]:
    classes = classes_of(recipe)
    sizes = pool_sizes(recipe, max(len(classes), 1))
    steps = Steps(recipe.seed)
    # All splits are drawn before anything is trained: one that cannot be drawn is found at once.
    splits = [SplitPlan(recipe, steps, classes, sizes, number) for number in range(recipe.repeats.splits)]
    first, *others = splits
    for name in (*recipe.gans, *making_order(recipe)):
        first.pool(name)
    for split in others:
        for name in recipe.refiners:
            split.pool(name)
    # Lines on images are of the first split alone.
    _add_analyses(recipe, first, of_classifiers=False)
    cells = [cell for split in splits for cell in cells_of(recipe, split)]
    _add_analyses(recipe, first, of_classifiers=True, cells=cells)
    synthetic = _is_synthetic(recipe)
    add_export(recipe, first, synthetic)
    _add_check(steps, [split.prepared for split in splits])
    _add_report(recipe, steps, synthetic)
    return tuple(steps.all)


def _is_synthetic(recipe: Recipe) -> bool:
    """Whether images are not of real patients."""
    config = registry.config_class("readers", recipe.reader.plugin)
    return issubclass(config, ReaderConfig) and config.synthetic


def _add_analyses(
    recipe: Recipe, split: SplitPlan, *, of_classifiers: bool, cells: Sequence[ComparedCell] = ()
) -> None:
    planner = RecipePlanner(recipe, split, cells)
    for analysis in ANALYSES:
        section = getattr(recipe, analysis.name)
        if section is not None and analysis.of_classifiers == of_classifiers:
            analysis.plan(section, planner)


def _add_check(steps: Steps, prepared: Sequence[str]) -> None:
    """Add the step that says, before anything is trained, for what the cohort is too small."""
    checked = {
        step.name: CheckedStep.of(next(need for need in step.needs if need in prepared), step.settings)
        for step in steps.all
        if step.settings.has_limits
    }
    settings = CheckCohortSettings(seed=seed_of(steps.seed, "check-cohort"), steps=checked)
    steps.move(steps.add("check-cohort", settings, prepared), prepared)


def _add_report(recipe: Recipe, steps: Steps, synthetic: bool) -> None:
    """Add the report on all steps so far."""
    published = paper(recipe)
    settings = ReportSettings(
        seed=seed_of(steps.seed, "report"),
        title=recipe.title,
        name=recipe.name,
        profile=recipe.profile,
        cite=recipe.cite,
        scale=recipe.scale,
        deviations=recipe.deviations,
        synthetic=synthetic,
        stands_in=recipe.stands_in,
        steps={step.name: step.settings.display_name for step in steps.all},
        recipe=recipe.resolved(exclude={"compute"}),
        paper=None if published is None else published.resolved(exclude={"compute"}),
        paths=(*_paths("recipe", recipe), *(_paths("paper", published) if published else ())),
    )
    steps.add("report", settings, [step.name for step in steps.all])


def _paths(key: str, recipe: Recipe) -> Iterator[Place]:
    return ((key, *place) for place, _, _ in input_paths(recipe))
