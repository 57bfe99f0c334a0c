"""The classifiers of a recipe: each setup in each variant, with each seed, on each split."""

from collections.abc import Iterator

from kgan import registry
from kgan.analyses.comparison.controls.derivation import control_kind
from kgan.analyses.comparison.settings import ComparedCell
from kgan.plan.split import SplitPlan
from kgan.recipe.schema import Recipe


def cells_of(recipe: Recipe, split: SplitPlan) -> Iterator[ComparedCell]:
    """Add the classifiers of a split to its plan and yield what each of them is."""
    if recipe.classifier is None:
        return
    names = {name: registry.display_name(name, gan.plugin, gan.title) for name, gan in recipe.gans.items()}
    for name, refiner in recipe.refiners.items():
        names[name] = registry.display_name(name, refiner.plugin, refiner.title)
    for name, curation in recipe.curations.items():
        names[name] = registry.curated_name(names.get(curation.source, curation.source))
    for setup in recipe.setups:
        for variant in recipe.classifier.variants:
            for seed in range(recipe.repeats.seeds):
                yield ComparedCell(
                    setup=setup,
                    title=registry.setup_name(setup, names),
                    variant=variant,
                    step=split.classifier(setup, variant, seed),
                    prepare=split.prepared,
                    published=recipe.published.get(setup, {}).get(variant),
                    split=split.number + 1,
                    seed=seed + 1,
                    control=control_kind(recipe.setups[setup]),
                )
