"""Which models of a plan are written as SavedModels."""

from kgan.analyses.memorization.analysis import MemorizationAnalysis
from kgan.plan.builder import seed_of
from kgan.plan.split import Model, SplitPlan
from kgan.recipe.schema import Recipe
from kgan.recipe.source_graph import source_of
from kgan.serving.model_card import CardRecipe
from kgan.steps.settings.export import ExportedModel, ExportSettings

#: The analysis that may withhold models, and its step.
_GATE = MemorizationAnalysis.name


def add_export(recipe: Recipe, split: SplitPlan, synthetic: bool) -> None:
    """Add the writing of SavedModels, where there are any.

    Args:
        recipe: which models are wanted.
        split: whose they are.
        synthetic: whether they learnt from phantoms.
    """
    chosen = recipe.export.models
    models = [_exported(recipe, model) for model in split.models if chosen is None or model.source in chosen]
    if not models:
        return
    gate = _GATE if recipe.section(_GATE) is not None else None
    settings = ExportSettings(
        seed=seed_of(recipe.seed, "export"),
        models=tuple(models),
        gate=gate,
        synthetic=synthetic,
        recipe=CardRecipe(title=recipe.title, name=recipe.name, profile=recipe.profile, cite=recipe.cite),
        licence=recipe.licence,
    )
    split.steps.add("export", settings, [*(model.step for model in models), *([gate] if gate else [])])


def _exported(recipe: Recipe, model: Model) -> ExportedModel:
    return ExportedModel(
        name=model.step.removeprefix("train-"),
        step=model.chosen or model.step,
        kind=model.kind,
        pools=_behind(recipe, model.source),
        within=f"models/{model.name}" if model.chosen else "",
    )


def _behind(recipe: Recipe, name: str) -> tuple[str, ...]:
    """Return the pools that a model makes or derives from, and those that are left of its own."""
    chain = [name]
    while (source := source_of(recipe, chain[-1])) is not None:
        chain.append(source)
    kept = [other for other, curation in recipe.curations.items() if curation.source == name]
    return tuple(dict.fromkeys([*chain, *kept]))
