"""How models are called in the report, and which steps trained them or hold their pools."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from kgan import registry
from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.report.resolved_recipe import ResolvedRecipe
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.steps.settings.pools import RefineSettings
from kgan.steps.settings.training import TrainGanSettings, TrainRefinerSettings

#: Settings of a step that holds the final pool of a refiner.
RefinedSettings: TypeAlias = RefineSettings | CheckpointSelectionSettings
TrainingSettings: TypeAlias = TrainGanSettings | TrainRefinerSettings


def display_names(recipe: ResolvedRecipe) -> dict[str, str]:
    """Return the display names of GANs, refiners and curations, by their names in the recipe."""
    models = {**recipe.gans, **recipe.refiners}
    names = {name: registry.display_name(name, model.plugin, model.title) for name, model in models.items()}
    for name, curation in recipe.curations.items():
        names[name] = registry.curated_name(names.get(curation.source, curation.source))
    return names


def training_steps(run: Steps) -> Iterator[tuple[FinishedStep[TrainingSettings], str, str]]:
    """Yield the steps that trained GANs and refiners, with name and class; empty for all classes."""
    steps: tuple[FinishedStep[TrainingSettings], ...] = (
        *run.of(TrainGanSettings),
        *run.of(TrainRefinerSettings),
    )
    for step in steps:
        class_name = step.settings.class_name or ""
        yield step, step.name.removeprefix("train-").removesuffix(f"-{class_name}"), class_name


def pool_name(step: FinishedStep[Any]) -> str:
    """Return whose pool a step such as ``"generate-pggan"`` holds."""
    return step.name.partition("-")[2]


def refined_pools(run: Steps) -> tuple[FinishedStep[RefinedSettings], ...]:
    """Return the steps that hold refiners' final pools: of several checkpoints the selected one."""
    selections = run.of(CheckpointSelectionSettings)
    candidates = {candidate.pool for step in selections for candidate in step.settings.candidates}
    return (*(step for step in run.of(RefineSettings) if step.name not in candidates), *selections)
