"""A recipe as ordered steps: what each does, what it needs, and the settings that change its result."""

from kgan import registry
from kgan.plan.analyses import (
    check_cohort,
    compare,
    embed,
    equivalent,
    export,
    measure,
    privacy,
    report,
    turing,
)
from kgan.plan.builder import Steps, seed_of
from kgan.plan.split import Branch
from kgan.plan.step import Step, steps_until
from kgan.recipe.schema.recipe import Recipe
from kgan.recipe.source_graph import making_order, pool_sizes
from kgan.recipe.validation.classes import classes_of

__all__ = ["Step", "plan", "seed_of", "steps_until"]


def plan(recipe: Recipe) -> tuple[Step, ...]:
    """Return a recipe's steps, each after those that it needs.

    Args:
        recipe: as `kgan.recipe.load` gives it.

    Raises:
        PluginError: the reader is broken.
    """
    with registry.unchanging():
        return _plan(recipe)


def _plan(recipe: Recipe) -> tuple[Step, ...]:
    classes = classes_of(recipe)
    sizes = pool_sizes(recipe, max(len(classes), 1))
    steps = Steps(recipe.seed)
    # All splits are drawn before anything is trained: one that cannot be drawn is found at once.
    branches = [Branch(recipe, steps, classes, sizes, number) for number in range(recipe.repeats.splits)]
    first, *others = branches
    for name in (*recipe.gans, *making_order(recipe)):
        first.pool(name)
    for branch in others:
        for name in recipe.refiners:
            branch.pool(name)
    # What is said of images is said of the first split alone.
    for conclude in (embed, measure, privacy, turing):
        conclude(recipe, first)
    cells = [cell for branch in branches for cell in _cells(recipe, branch)]
    equivalent(recipe, first)
    if cells:
        compare(recipe, steps, cells)
    synthetic = bool(registry.constants_of("readers", recipe.reader.plugin)["synthetic"])
    export(recipe, first, synthetic)
    check_cohort(steps, [branch.prepared for branch in branches])
    report(recipe, steps, synthetic)
    return tuple(steps.all)


def _cells(recipe: Recipe, branch: Branch) -> list[dict]:
    """Add the classifiers of a split and describe what each of them is."""
    if recipe.classifier is None:
        return []
    repeated = recipe.repeats.seeds * recipe.repeats.splits > 1
    cells = []
    for setup in recipe.setups:
        for variant in recipe.classifier.variants:
            published = recipe.published.get(setup, {}).get(variant)
            figures = published.model_dump(exclude_none=True) if published else {}
            for seed in range(recipe.repeats.seeds):
                step = branch.classifier(setup, variant, seed)
                run = {"split": branch.number + 1, "seed": seed + 1} if repeated else {}
                about = {"setup": setup, "variant": variant, "step": step, "prepare": branch.prepared}
                cells.append({**about, "published": figures, **run})
    return cells
