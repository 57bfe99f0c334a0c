"""A recipe as ordered steps: what each does, what it needs, and the settings that change its result."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgan import registry
from kgan.recipe.checks import slug
from kgan.recipe.classes import classes_of
from kgan.recipe.judging import TRAINING, Measures, Tsne
from kgan.recipe.load import paper
from kgan.recipe.pools import CLASSIC, REAL, pool_sizes, refining_order
from kgan.recipe.schema import Gan, Plugin, Recipe
from kgan.recipe.step import Step, until

__all__ = ["Step", "plan", "seed_of", "until"]


def plan(recipe: Recipe) -> tuple[Step, ...]:
    """Return a recipe's steps, each after those that it needs.

    Args:
        recipe: as `kgan.recipe.load` gives it.

    Raises:
        PluginError: the reader is broken.
    """
    with registry.unchanging():
        return _Planner(recipe).plan()


def seed_of(seed: int, stream: str) -> int:
    """Return a 31-bit seed for one part of a recipe, from the recipe's own."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{stream}".encode()).digest()[:4], "little") >> 1


@dataclass(frozen=True)
class _Model:
    """One trained model of a GAN or refiner: the step that trains it, the class it is of."""

    source: str
    step: str
    kind: str
    label: int | None


class _Planner:
    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.constants = registry.constants_of("readers", recipe.reader.plugin)
        self.classes = classes_of(recipe)
        self.sizes = pool_sizes(recipe, max(len(self.classes), 1))
        self.steps: list[Step] = []
        self.models: list[_Model] = []
        self.pools: dict[str, str] = {}
        self.cells: list[dict[str, Any]] = []

    def plan(self) -> tuple[Step, ...]:
        self.prepare()
        for name in self.recipe.gans:
            self.gan(name)
        for name in refining_order(self.recipe):
            self.refiner(name)
        if self.recipe.tsne is not None:
            self.tsne(self.recipe.tsne)
        if self.recipe.measures is not None:
            self.measure(self.recipe.measures)
        for setup in self.recipe.setups:
            self.classify(setup)
        if self.cells:
            self.compare()
        if self.exported():
            self.export()
        self.report()
        return tuple(self.steps)

    def add(
        self, name: str, does: str, needs: Sequence[str], settings: Mapping[str, Any], stream: str = ""
    ) -> None:
        """Append a step; its seed is a function of the recipe's and of ``stream``, by default its name."""
        seeded = {**settings, "seed": seed_of(self.recipe.seed, stream or name)}
        plain = json.loads(json.dumps(seeded))
        self.steps.append(Step(name, does, tuple(dict.fromkeys(needs)), plain))

    def prepare(self) -> None:
        data = self.recipe.data
        self.add(
            "prepare",
            "prepare",
            (),
            {
                "reader": _plain(self.recipe.reader),
                "request": {
                    "sequences": data.sequences,
                    "plane": data.plane,
                    **data.slices.model_dump(),
                    "image_size": data.image_size,
                    "center_crop": data.center_crop,
                },
                "labels": data.labels and data.labels.model_dump(),
                "exclude": data.exclude,
                "split": data.split.model_dump(),
                "min_patients": data.min_patients,
            },
        )

    def gan(self, name: str) -> None:
        gan = self.recipe.gans[name]
        settings = {
            "gan": _plain(gan),
            "loss": None if gan.loss is None else _plain(gan.loss),
            "view": _view(gan),
            "canvas": gan.canvas,
            "crop": gan.crop,
            "classes": self.classes,
            "train": gan.train.model_dump(),
        }
        labels = range(len(self.classes)) if gan.per_class else (None,)
        models = [
            self.train(name, "generator", "train_gan", label, ["prepare"], settings) for label in labels
        ]
        self.pool(name, "generate", models, {}, ())

    def refiner(self, name: str) -> None:
        refiner = self.recipe.refiners[name]
        source = self.pools[refiner.source]
        settings = {
            "gan": _plain(refiner),
            "source": source,
            "images": refiner.images_per_class,
            "image_size": refiner.image_size,
            "flip": refiner.flip,
            "classes": self.classes,
            "train": refiner.train.model_dump(),
        }
        needs = ["prepare", source]
        models = [
            self.train(name, "refiner", "train_refiner", label, needs, settings)
            for label in range(len(self.classes))
        ]
        self.pool(name, "refine", models, {"source": source}, (source,))

    def train(
        self,
        name: str,
        kind: str,
        does: str,
        label: int | None,
        needs: Sequence[str],
        settings: Mapping[str, Any],
    ) -> _Model:
        """Add the training of one class's model."""
        about = {"class": None if label is None else self.classes[label], "label": label}
        step = f"train-{name}" if label is None else f"train-{name}-{self.classes[label]}"
        self.add(step, does, needs, {**settings, **about})
        model = _Model(name, step, kind, label)
        self.models.append(model)
        return model

    def pool(
        self,
        name: str,
        does: str,
        models: Sequence[_Model],
        settings: Mapping[str, Any],
        needs: Sequence[str],
    ) -> None:
        """Add the making of a pool, shared evenly among the models."""
        count = self.sizes[name] // len(models)
        about = [{"step": model.step, "label": model.label, "count": count} for model in models]
        self.pools[name] = f"{does}-{name}"
        trained = [model.step for model in models]
        self.add(
            self.pools[name], does, [*needs, *trained], {**settings, "models": about, "classes": self.classes}
        )

    def measure(self, measures: Measures) -> None:
        """Add the measuring of all pools, each against the real images as its model sees them."""
        pools = []
        for name, step in self.pools.items():
            if name in self.recipe.gans:
                gan = self.recipe.gans[name]
                seen = {"view": _view(gan), "canvas": gan.canvas, "crop": gan.crop}
            else:
                size = self.recipe.refiners[name].image_size
                seen = {"view": {"image_size": size}, "canvas": size, "crop": 0}
            pools.append({"name": name, "step": step, **seen, "published": _figures(measures, name)})
        settings = {
            "pools": pools,
            "components": measures.pca.components,
            "images": measures.images,
            "published": _figures(measures, TRAINING),
        }
        self.add("measure", "measure", ["prepare", *self.pools.values()], settings)

    def classify(self, setup: str) -> None:
        recipe, classifier = self.recipe, self.recipe.classifier
        if classifier is None:
            return
        sources = [self.source(name, count) for name, count in recipe.setups[setup].items() if count != 0]
        has_classic = any(source["kind"] == CLASSIC for source in sources)
        for variant, chosen in classifier.variants.items():
            name = f"classify-{slug(setup)}-{variant}"
            weights = {} if chosen.weights is None else {"weights": chosen.weights}
            parameters = {**classifier.parameters, **chosen.parameters, **weights}
            settings = {
                "sources": sources,
                "classic": recipe.classic.model_dump() if has_classic else None,
                "classifier": {"plugin": classifier.plugin, "parameters": parameters},
                "image_size": classifier.image_size,
                "center_crop": classifier.center_crop,
                "classes": self.classes,
                "train": classifier.train.model_dump(),
            }
            # One seed for all: setups share their classic images and initial weights, so that they differ in
            # nothing but their sources.
            self.add(
                name, "classify", ["prepare", *(source["step"] for source in sources)], settings, "classify"
            )
            published = recipe.published.get(setup, {}).get(variant)
            figures = published.model_dump(exclude_none=True) if published else {}
            self.cells.append({"setup": setup, "variant": variant, "step": name, "published": figures})

    def source(self, name: str, count: int | str) -> dict[str, Any]:
        """Describe one summand of a setup."""
        kind = name if name in (REAL, CLASSIC) else "pool"
        step = self.pools.get(name, "prepare")
        return {"name": name, "kind": kind, "count": None if count == "all" else count, "step": step}

    def compare(self) -> None:
        recipe = self.recipe
        involving = recipe.compare.involving
        if involving == "refined":
            involving = tuple(
                setup
                for setup, parts in recipe.setups.items()
                if any(parts.get(name) for name in recipe.refiners)
            )
        settings = {
            "alpha": recipe.compare.alpha,
            "involving": None if involving == "all" else involving,
            "cells": self.cells,
        }
        self.add("compare", "compare", [cell["step"] for cell in self.cells], settings)

    def tsne(self, tsne: Tsne) -> None:
        """Add the map of images; what its GANs have made is drawn from for it too."""
        names = tsne.sources if tsne.sources is not None else (CLASSIC, *self.pools)
        sources = [
            {
                "name": name,
                "title": self.title(name),
                "kind": "classic" if name == CLASSIC else "pool",
                "step": self.pools.get(name, "prepare"),
            }
            for name in names
        ]
        settings = {
            **tsne.model_dump(exclude={"sources"}),
            "sources": sources,
            "classic": self.recipe.classic.model_dump() if CLASSIC in names else None,
            "classes": self.classes,
        }
        self.add("tsne", "embed", ["prepare", *(source["step"] for source in sources)], settings)

    def title(self, name: str) -> str:
        """Return how a source is called in figures."""
        about = self.recipe.gans.get(name) or self.recipe.refiners.get(name)
        return getattr(about, "title", None) or (f"{name} DA" if name == CLASSIC else name)

    def exported(self) -> list[_Model]:
        """Return the models that are written as SavedModels."""
        chosen = self.recipe.export.models
        return [model for model in self.models if chosen is None or model.source in chosen]

    def export(self) -> None:
        models = [
            {"name": model.step.removeprefix("train-"), "step": model.step, "kind": model.kind}
            for model in self.exported()
        ]
        settings = {
            "models": models,
            "synthetic": bool(self.constants["synthetic"]),
            "recipe": {key: getattr(self.recipe, key) for key in ("title", "name", "profile", "cite")},
            "licence": self.recipe.licence,
        }
        self.add("export", "export", [model["step"] for model in models], settings)

    def report(self) -> None:
        published = paper(self.recipe)
        settings = {
            **{key: getattr(self.recipe, key) for key in ("title", "name", "profile", "cite", "scale")},
            "deviations": self.recipe.deviations,
            "synthetic": bool(self.constants["synthetic"]),
            "stands_in": self.recipe.stands_in,
            "steps": {step.name: step.does for step in self.steps},
            "recipe": _without_compute(self.recipe),
            "paper": published and _without_compute(published),
        }
        self.add("report", "report", [step.name for step in self.steps], settings)


def _without_compute(recipe: Recipe) -> dict[str, Any]:
    return {key: value for key, value in recipe.resolved().items() if key != "compute"}


def _view(gan: Gan) -> dict[str, Any]:
    return gan.model_dump(include={"sequences", "concat", "image_size"})


def _figures(measures: Measures, name: str) -> dict[str, Any]:
    published = measures.published.get(name)
    return published.model_dump() if published else {}


def _plain(plugin: Plugin) -> dict[str, Any]:
    return {"plugin": plugin.plugin, "parameters": plugin.parameters}
