"""One split of the patients as steps: what is learnt from its training patients, and tried on the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgan.plan.builder import Steps, plain
from kgan.recipe.schema.evaluation import Choose
from kgan.recipe.schema.features import NetworkFeatures
from kgan.recipe.schema.recipe import Classifier, Recipe, Refiner
from kgan.recipe.source_graph import CLASSIC, REAL, seen_by, view
from kgan.recipe.validation.replicates import preferred_variant
from kgan.recipe.validation.structure import slug

#: How much of a setup's source: a number of images, or all.
Count = int | str


@dataclass(frozen=True)
class Model:
    """One trained model of a GAN or refiner.

    Args:
        source: name of the GAN or refiner.
        step: that trains it.
        kind: "generator" or "refiner".
        label: of its class; ``None`` where it is of all.
        chosen: the step that chose how long it is trained, if one does.
        name: of the class; empty where it is of all.
    """

    source: str
    step: str
    kind: str
    label: int | None
    chosen: str | None = None
    name: str = ""


class Branch:
    """Adds the steps of one split to a plan, each when first asked for.

    Args:
        recipe: a checked recipe.
        steps: to which they are added.
        classes: names of the classes.
        sizes: images of each pool.
        number: of the split, from 0.
    """

    def __init__(
        self, recipe: Recipe, steps: Steps, classes: Sequence[str], sizes: Mapping[str, int], number: int = 0
    ) -> None:
        self.recipe = recipe
        self.steps = steps
        self.classes = list(classes)
        self.sizes = sizes
        self.number = number
        self.tag = f"-split{number + 1}" if number else ""
        self.models: list[Model] = []
        self.pools: dict[str, str] = {}
        self.classifiers: set[str] = set()
        #: Setup and variant of which a choice has trained the classifier: the step that holds what it said.
        self.tried: dict[tuple[str, str], str] = {}
        self.prepared = self.prepare()

    def prepare(self) -> str:
        """Add the reading and splitting of the data."""
        data = self.recipe.data
        settings = {
            "reader": plain(self.recipe.reader),
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
            **({"number": self.number} if self.number else {}),
        }
        # All splits are made from one seed, so that each knows whom the earlier ones test.
        return self.steps.add(f"prepare{self.tag}", "prepare", (), settings, "prepare")

    def pool(self, name: str) -> str:
        """Return the step that holds the pool of a GAN, curation or refiner."""
        if name not in self.pools:
            if name in self.recipe.gans:
                self.pools[name] = self._gan(name)
            elif name in self.recipe.curations:
                self.pools[name] = self._curation(name)
            else:
                self.pools[name] = self._refiner(name)
        return self.pools[name]

    def classifier(self, setup: str, variant: str, seed: int = 0) -> str:
        """Return the step that trains and tries the classifier of a setup in a variant.

        Args:
            setup: in ``setups``.
            variant: of the classifier.
            seed: number of the training, from 0.
        """
        if not seed and (setup, variant) in self.tried:
            return self.tried[setup, variant]
        again = f"-seed{seed + 1}" if seed else ""
        name = f"classify-{slug(setup)}-{variant}{again}{self.tag}"
        if name not in self.classifiers:
            self._classify(name, self.recipe.setups[setup], variant, seed)
        return name

    def classifier_of_some(
        self, parts: Mapping[str, Count], patients: int | float | str, variant: str, seed: int = 0
    ) -> str:
        """Return the step that trains and tries a classifier on the real images of some patients.

        Args:
            parts: source -> how many images; real ones are those of the patients.
            patients: a number or a share of the training patients, or "all"; fewer are among more.
            variant: of the classifier.
            seed: number of the training, from 0.
        """
        number = f"{patients * 100:g}pct" if isinstance(patients, float) else str(patients)
        others = "".join(f"-{name}" for name in parts if name != REAL)
        again = f"-seed{seed + 1}" if seed else ""
        name = f"worth-{slug(number)}-patients{others}-{variant}{again}{self.tag}"
        few = None if isinstance(patients, str) else patients
        self._classify(name, parts, variant, seed, patients=few)
        return name

    def features(self, asked: NetworkFeatures) -> dict[str, Any]:
        """Return features as settings have them; the step of their classifier is under "classifier"."""
        found: dict[str, Any] = {"image_size": asked.image_size}
        if asked.network is not None:
            found |= {"network": asked.network, "weights": asked.weights}
        if asked.classifier is not None:
            variant = asked.variant or preferred_variant(_there(self.recipe.classifier))
            step = self.classifier(asked.classifier, variant)
            found |= {"classifier": step, "setup": asked.classifier}
        return found

    def _source(
        self, name: str, count: Count, pools: Mapping[str, str], patients: int | float | None
    ) -> dict[str, Any]:
        """Describe a summand of a setup."""
        kind = name if name in (REAL, CLASSIC) else "pool"
        step = self.prepared if kind != "pool" else pools.get(name) or self.pool(name)
        few = {"patients": patients} if kind == REAL and patients is not None else {}
        return {"name": name, "kind": kind, "count": None if count == "all" else count, "step": step, **few}

    def _classify(
        self,
        name: str,
        parts: Mapping[str, Count],
        variant: str,
        seed: int = 0,
        pools: Mapping[str, str] | None = None,
        patients: int | float | None = None,
    ) -> None:
        """Add a classifier; ``pools`` are steps whose pools take the place of their sources' own."""
        recipe, classifier = self.recipe, _there(self.recipe.classifier)
        there = {source: count for source, count in parts.items() if count != 0}
        sources = [self._source(source, count, pools or {}, patients) for source, count in there.items()]
        chosen = classifier.variants[variant]
        weights = {} if chosen.weights is None else {"weights": chosen.weights}
        has_classic = any(source["kind"] == CLASSIC for source in sources)
        settings = {
            "sources": sources,
            "classic": recipe.classic.model_dump() if has_classic else None,
            "classifier": {
                "plugin": classifier.plugin,
                "parameters": {**classifier.parameters, **chosen.parameters, **weights},
            },
            "image_size": classifier.image_size,
            "center_crop": classifier.center_crop,
            "classes": self.classes,
            "train": classifier.train.model_dump(),
        }
        # One seed for all: setups share their classic images and initial weights, so that they differ in
        # nothing but their sources.
        stream = "classify" + (f"/{seed + 1}" if seed else "") + self.tag
        needs = [self.prepared, *(source["step"] for source in sources)]
        self.classifiers.add(self.steps.add(name, "classify", needs, settings, stream))

    def _gan(self, name: str) -> str:
        gan = self.recipe.gans[name]
        settings = {
            "gan": plain(gan),
            "loss": None if gan.loss is None else plain(gan.loss),
            "view": view(gan),
            "canvas": gan.canvas,
            "crop": gan.crop,
            "classes": self.classes,
            "train": gan.train.model_dump(),
        }
        labels = range(len(self.classes)) if gan.per_class else (None,)
        models = [
            self._train(name, "generator", "train_gan", label, [self.prepared], settings) for label in labels
        ]
        self.models += models
        return self._made(f"generate-{name}", "generate", name, models, {}, ())

    def _refiner(self, name: str) -> str:
        refiner = self.recipe.refiners[name]
        source = self.pool(refiner.source)
        settings = {
            "gan": plain(refiner),
            "source": source,
            "images": refiner.images_per_class,
            "image_size": refiner.image_size,
            "flip": refiner.flip,
            "classes": self.classes,
            "train": refiner.train.model_dump(),
        }
        choose = refiner.choose
        if choose is not None:
            settings["snapshots"] = choose.among[:-1]
        needs = [self.prepared, source]
        models = [
            self._train(name, "refiner", "train_refiner", label, needs, settings)
            for label in range(len(self.classes))
        ]
        if choose is not None:
            return self._choice(name, refiner, choose, models, source)
        self.models += models
        return self._made(f"refine-{name}", "refine", name, models, {"source": source}, (source,))

    def _choice(
        self, name: str, refiner: Refiner, choose: Choose, models: Sequence[Model], source: str
    ) -> str:
        """Add pools of a refiner after several numbers of steps, a classifier on each, and the choice."""
        variant = choose.variant or preferred_variant(_there(self.recipe.classifier))
        parts = self.recipe.setups[choose.setup]
        candidates: list[dict[str, Any]] = []
        for steps in choose.among:
            last = steps == refiner.train.steps
            about = {"source": source, **({} if last else {"snapshot": steps})}
            pool = self._made(f"refine-{name}-{steps}", "refine", name, models, about, (source,))
            # No setup's classifier is called so, whatever the setup's name.
            tried = f"try-{name}-{steps}-{variant}{self.tag}"
            self._classify(tried, parts, variant, pools={name: pool})
            candidates.append({"steps": steps, "pool": pool, "classifier": tried, "last": last})
        settings = {
            "source": name,
            "candidates": candidates,
            "models": [{"step": model.step, "name": model.name} for model in models],
            "setup": choose.setup,
            "variant": variant,
        }
        made = (one[key] for one in candidates for key in ("pool", "classifier"))
        needs = [self.prepared, *made, *_steps(models)]
        step = self.steps.add(f"choose-{name}{self.tag}", "choose", needs, settings)
        self.tried[choose.setup, variant] = step
        self.models += [Model(m.source, m.step, m.kind, m.label, step, m.name) for m in models]
        return step

    def _curation(self, name: str) -> str:
        curation = self.recipe.curations[name]
        source = self.pool(curation.source)
        features = None if curation.rule == "none" else self.features(curation.features)
        needs = [self.prepared, source, *classifier_behind(features)]
        settings = {
            **curation.model_dump(exclude={"source", "features"}),
            **seen_by(self.recipe, curation.source),
            "source": source,
            "features": features,
            "classes": self.classes,
            "need": [self.sizes[name] // len(self.classes)] * len(self.classes),
        }
        return self.steps.add(f"curate-{name}{self.tag}", "curate", needs, settings)

    def _train(
        self,
        name: str,
        kind: str,
        does: str,
        label: int | None,
        needs: Sequence[str],
        settings: Mapping[str, Any],
    ) -> Model:
        """Add the training of one class's model."""
        of = "" if label is None else self.classes[label]
        step = f"train-{name}-{of}{self.tag}" if of else f"train-{name}{self.tag}"
        about = {"class": of or None, "label": label}
        self.steps.add(step, does, needs, {**settings, **about})
        return Model(name, step, kind, label, name=of)

    def _made(
        self,
        step: str,
        does: str,
        name: str,
        models: Sequence[Model],
        settings: Mapping[str, Any],
        needs: Sequence[str],
    ) -> str:
        """Add the making of a pool, shared evenly among the models."""
        count = self.sizes[name] // len(models)
        about = [{"step": model.step, "label": model.label, "count": count} for model in models]
        whole = {**settings, "models": about, "classes": self.classes}
        return self.steps.add(step + self.tag, does, [*needs, *_steps(models)], whole)


def classifier_behind(features: Mapping[str, Any] | str | None) -> list[str]:
    """Return the step whose classifier gives features, if one does."""
    named = features.get("classifier") if isinstance(features, Mapping) else None
    return [named] if named else []


def _steps(models: Sequence[Model]) -> list[str]:
    return [model.step for model in models]


def _there(classifier: Classifier | None) -> Classifier:
    if classifier is None:
        raise ValueError("checked recipes have a classifier where one is needed")
    return classifier
