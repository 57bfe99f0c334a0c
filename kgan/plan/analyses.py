"""What is concluded from what was made: maps, measures, comparisons, exported models and the report."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kgan.plan.builder import Steps
from kgan.plan.planned_comparisons import involved, planned
from kgan.plan.split import Branch, Count, classifier_behind
from kgan.plan.step import CHECK
from kgan.recipe.load import paper
from kgan.recipe.schema.evaluation import TRAINING, Measures
from kgan.recipe.schema.features import Features
from kgan.recipe.schema.recipe import Recipe
from kgan.recipe.source_graph import CLASSIC, REAL, origin_of, seen_by, source_of
from kgan.recipe.validation.replicates import preferred_variant

#: Kinds of steps that ask something of the cohort: each has a function ``limits`` beside it.
LIMITED = (
    *("train_gan", "train_refiner", "curate", "classify"),
    *("embed", "measure", "privacy", "turing", "equivalent", "compare"),
)


def check_cohort(steps: Steps, prepared: Sequence[str]) -> None:
    """Add the step that tells, before anything is trained, what the cohort does not bear of what is asked.

    Args:
        steps: the plan but for its report.
        prepared: the steps that prepare the splits.
    """
    asking = {
        step.name: {
            "does": step.does,
            "prepare": next(need for need in step.needs if need in prepared),
            "settings": step.settings,
        }
        for step in steps.all
        if step.does in LIMITED
    }
    steps.move(steps.add("check-cohort", CHECK, prepared, {"steps": asking}), prepared)


def embed(recipe: Recipe, branch: Branch) -> None:
    """Add the map of images, where the recipe asks for one; what its GANs have made is drawn from."""
    tsne = recipe.tsne
    if tsne is None:
        return
    names = tsne.sources if tsne.sources is not None else (CLASSIC, *branch.pools)
    sources = [
        {
            "name": name,
            "title": _title(recipe, name),
            "kind": "classic" if name == CLASSIC else "pool",
            "step": branch.prepared if name == CLASSIC else branch.pool(name),
        }
        for name in names
    ]
    settings = {
        **tsne.model_dump(exclude={"sources"}),
        "sources": sources,
        "classic": recipe.classic.model_dump() if CLASSIC in names else None,
        "classes": branch.classes,
    }
    needs = [branch.prepared, *(source["step"] for source in sources)]
    branch.steps.add("tsne", "embed", needs, settings)


def measure(recipe: Recipe, branch: Branch) -> None:
    """Add the measuring of all pools, each against the real images as its model sees them."""
    measures = recipe.measures
    if measures is None:
        return
    pools = [
        {**seen, "published": _figures(measures, seen["name"])}
        for seen in _seen(recipe, branch, branch.pools)
    ]
    settings = {
        "pools": pools,
        "components": measures.pca.components,
        "images": measures.images,
        "published": _figures(measures, TRAINING),
    }
    needs = [branch.prepared, *(pool["step"] for pool in pools)]
    if measures.distances is not None:
        features = _features(branch, measures.distances.features)
        settings["distances"] = {**measures.distances.model_dump(exclude={"features"}), "features": features}
        needs += classifier_behind(features)
    branch.steps.add("measure", "measure", needs, settings)


def privacy(recipe: Recipe, branch: Branch) -> None:
    """Add the search of all pools for what gives training patients away."""
    asked = recipe.privacy
    if asked is None:
        return
    features = _features(branch, asked.features)
    pools = _seen(recipe, branch, branch.pools)
    settings = {**asked.model_dump(exclude={"features"}), "pools": pools, "features": features}
    needs = [branch.prepared, *(pool["step"] for pool in pools), *classifier_behind(features)]
    branch.steps.add("privacy", "privacy", needs, settings)


def turing(recipe: Recipe, branch: Branch) -> None:
    """Add the Visual Turing Tests, where the recipe asks for them: a page for readers of each pool."""
    asked = recipe.turing
    if asked is None:
        return
    names = asked.sources if asked.sources is not None else tuple(branch.pools)
    # A refiner's images keep the scale and place that its GAN gave them: real ones are shown so too.
    tests = [
        {
            "name": name,
            "title": _title(recipe, name),
            "step": branch.pool(name),
            "per_class": recipe.gans[origin_of(recipe, name)].per_class,
            **seen_by(recipe, origin_of(recipe, name)),
        }
        for name in names
    ]
    settings = {
        **asked.model_dump(exclude={"sources", "published"}),
        "tests": tests,
        "classes": branch.classes,
    }
    branch.steps.add("turing", "turing", [branch.prepared, *(test["step"] for test in tests)], settings)


def equivalent(recipe: Recipe, branch: Branch) -> None:
    """Add classifiers of growing numbers of real patients, with a pool and without, and what that shows."""
    asked = recipe.equivalent
    if asked is None or recipe.classifier is None:
        return
    variant = asked.variant or preferred_variant(recipe.classifier)
    without: dict[str, Count] = {REAL: "all", **({CLASSIC: asked.classic} if asked.classic else {})}
    cells = [
        {
            "patients": patients,
            "pool": pool,
            "step": branch.classifier_of_some(
                {**without, asked.source: asked.images} if pool else without, patients, variant, seed
            ),
            "seed": seed + 1,
        }
        for patients in asked.patients
        for pool in (False, True)
        for seed in range(recipe.repeats.seeds)
    ]
    base = "all real images of the patients"
    if asked.classic:
        base += f", {asked.classic} of classic augmentation"
    settings = {"source": asked.source, "title": _title(recipe, asked.source), "cells": cells, "base": base}
    needs = [branch.prepared, *(str(cell["step"]) for cell in cells)]
    branch.steps.add("equivalent", "equivalent", needs, settings)


def compare(recipe: Recipe, steps: Steps, cells: Sequence[Mapping[str, Any]]) -> None:
    """Add the comparisons of classifiers.

    Args:
        recipe: whose classifiers they are.
        steps: to which it is added.
        cells: each classifier's setup, variant, step, published figures, preparation and, where there are
            several, split and seed.
    """
    variants = dict.fromkeys(cell["variant"] for cell in cells)
    pairs = [
        {"first": against, "second": setup, "variant": variant}
        for setup, against in planned(recipe).items()
        for variant in variants
    ]
    settings = {
        "alpha": recipe.compare.alpha,
        "metric": recipe.compare.metric,
        "planned": pairs,
        "involving": involved(recipe),
        "cells": cells,
    }
    needs = [*(cell["prepare"] for cell in cells), *(cell["step"] for cell in cells)]
    steps.add("compare", "compare", needs, settings)


def export(recipe: Recipe, branch: Branch, synthetic: bool) -> None:
    """Add the writing of SavedModels, where there are any.

    Args:
        recipe: which models are wanted.
        branch: whose they are.
        synthetic: whether they learnt from phantoms.
    """
    chosen = recipe.export.models
    models = [model for model in branch.models if chosen is None or model.source in chosen]
    if not models:
        return
    about = [
        {
            "name": model.step.removeprefix("train-"),
            "step": model.chosen or model.step,
            "kind": model.kind,
            "pools": _behind(recipe, model.source),
            **({"within": f"models/{model.name}"} if model.chosen else {}),
        }
        for model in models
    ]
    gate = ["privacy"] if recipe.privacy is not None else []
    settings = {
        "models": about,
        "gate": gate[0] if gate else None,
        "synthetic": synthetic,
        "recipe": {key: getattr(recipe, key) for key in ("title", "name", "profile", "cite")},
        "licence": recipe.licence,
    }
    branch.steps.add("export", "export", [*(str(model["step"]) for model in about), *gate], settings)


def report(recipe: Recipe, steps: Steps, synthetic: bool) -> None:
    """Add the report on all steps so far.

    Args:
        recipe: that is reported on.
        steps: the plan.
        synthetic: whether the cohort is a phantom.
    """
    published = paper(recipe)
    settings = {
        **{key: getattr(recipe, key) for key in ("title", "name", "profile", "cite", "scale")},
        "deviations": recipe.deviations,
        "synthetic": synthetic,
        "stands_in": recipe.stands_in,
        "steps": {step.name: step.does for step in steps.all},
        "recipe": _without_compute(recipe),
        "paper": published and _without_compute(published),
    }
    steps.add("report", "report", [step.name for step in steps.all], settings)


def _seen(recipe: Recipe, branch: Branch, names: Iterable[str]) -> list[dict[str, Any]]:
    """Describe pools: the step of each, and how its model sees the real images."""
    return [{"name": name, "step": branch.pool(name), **seen_by(recipe, name)} for name in names]


def _behind(recipe: Recipe, name: str) -> list[str]:
    """Return the pools that a model makes or derives from, and those that are left of its own."""
    chain = [name]
    while (source := source_of(recipe, chain[-1])) is not None:
        chain.append(source)
    kept = [one for one, curation in recipe.curations.items() if curation.source == name]
    return [*chain, *(one for one in kept if one not in chain)]


def _features(branch: Branch, asked: Features) -> dict[str, Any] | str:
    """Return features as settings have them."""
    return asked if isinstance(asked, str) else branch.features(asked)


def _title(recipe: Recipe, name: str) -> str:
    """Return how a source is called in figures."""
    about = recipe.gans.get(name) or recipe.refiners.get(name)
    if name in recipe.curations:
        return f"{_title(recipe, recipe.curations[name].source)}, curated"
    return getattr(about, "title", None) or (f"{name} DA" if name == CLASSIC else name)


def _without_compute(recipe: Recipe) -> dict[str, Any]:
    return {key: value for key, value in recipe.resolved().items() if key != "compute"}


def _figures(measures: Measures, name: str) -> dict[str, Any]:
    published = measures.published.get(name)
    return published.model_dump() if published else {}
