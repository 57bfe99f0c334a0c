"""One split of the patients as steps: what is learnt from its training patients, and tested on the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kgan.analyses.checkpoint_selection.settings import (
    Candidate,
    CheckpointSelectionSettings,
    Choose,
    ChosenModel,
)
from kgan.analyses.curation.settings import CurationSettings
from kgan.plan.builder import Steps, seed_of
from kgan.recipe.schema import Classifier, Recipe, Refiner
from kgan.recipe.source_graph import placed_view, view
from kgan.recipe.validation.replicates import preferred_variant
from kgan.recipe.validation.structure import slug
from kgan.schema.base import Plugin
from kgan.schema.features import NetworkFeatures
from kgan.schema.sources import CLASSIC, FURTHER_REAL, NOISE, PERMUTED_LABELS, REAL
from kgan.steps.settings.classify import ClassifySettings, SourceKind, SourceSettings
from kgan.steps.settings.pools import GenerateSettings, PoolModel, RefineSettings
from kgan.steps.settings.prepare import PrepareSettings, RequestSettings
from kgan.steps.settings.shared import FeatureSettings, classifier_behind
from kgan.steps.settings.training import TrainGanSettings, TrainRefinerSettings

#: How much of a setup's source: a number of images, or all.
Count = int | str
#: Sources of a setup that need no model; all others are pools.
_KINDS: dict[str, SourceKind] = {
    REAL: "real",
    CLASSIC: "classic",
    FURTHER_REAL: "further_real",
    NOISE: "noise",
    PERMUTED_LABELS: "permuted_labels",
}


@dataclass(frozen=True)
class Model:
    """One trained model of a GAN or refiner.

    Args:
        source: name of the GAN or refiner.
        step: that trains it.
        kind: what it does.
        label: of its class; ``None`` where it is of all.
        chosen: the step that chose how long it is trained, if one does.
        name: of the class; empty where it is of all.
    """

    source: str
    step: str
    kind: Literal["generator", "refiner"]
    label: int | None
    chosen: str | None = None
    name: str = ""


class SplitPlan:
    """Adds the steps of one split to a plan, each when first needed.

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
        self.classes = tuple(classes)
        self.sizes = sizes
        self.number = number
        self.tag = f"-split{number + 1}" if number else ""
        self.models: list[Model] = []
        self.pools: dict[str, str] = {}
        self.classifiers: set[str] = set()
        #: Setup and variant of which a choice has trained the classifier: the step that holds its results.
        self.tried: dict[tuple[str, str], str] = {}
        self.prepared = self._prepare()

    @property
    def classifier_section(self) -> Classifier:
        """The recipe's classifier, which a checked recipe has where one is needed."""
        if self.recipe.classifier is None:
            raise ValueError("checked recipes have a classifier where one is needed")
        return self.recipe.classifier

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
        """Return the step that trains and tests the classifier of a setup in a variant.

        Args:
            setup: in ``setups``.
            variant: of the classifier.
            seed: number of the run, from 0.
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
        """Return the step that trains and tests a classifier on the real images of some patients.

        Args:
            parts: source -> how many images; real ones are those of the patients.
            patients: a number or a share of the training patients, or "all"; fewer are among more.
            variant: of the classifier.
            seed: number of the run, from 0.
        """
        number = f"{patients * 100:g}pct" if isinstance(patients, float) else str(patients)
        others = "".join(f"-{name}" for name in parts if name != REAL)
        again = f"-seed{seed + 1}" if seed else ""
        name = f"worth-{slug(number)}-patients{others}-{variant}{again}{self.tag}"
        few = None if isinstance(patients, str) else patients
        self._classify(name, parts, variant, seed, patients=few)
        return name

    def features(self, choice: NetworkFeatures) -> FeatureSettings:
        """Return features as settings have them, with the step of their classifier."""
        weights = None if choice.network is None else choice.weights
        step = None
        if choice.classifier is not None:
            variant = choice.variant or preferred_variant(self.classifier_section)
            step = self.classifier(choice.classifier, variant)
        return FeatureSettings(
            image_size=choice.image_size,
            network=choice.network,
            weights=weights,
            classifier=step,
            setup=choice.classifier,
        )

    def _seed(self, stream: str) -> int:
        return seed_of(self.recipe.seed, stream)

    def _prepare(self) -> str:
        """Add the reading and splitting of the data."""
        data = self.recipe.data
        request = RequestSettings(
            **data.slices.model_dump(),
            sequences=data.sequences,
            plane=data.plane,
            image_size=data.image_size,
            center_crop=data.center_crop,
        )
        settings = PrepareSettings(
            # All splits are made from one seed, so that each knows whom the earlier ones test.
            seed=self._seed("prepare"),
            reader=_plugin(self.recipe.reader),
            request=request,
            labels=data.labels,
            exclude=data.exclude,
            split=data.split,
            min_patients=data.min_patients,
            number=self.number,
        )
        return self.steps.add(f"prepare{self.tag}", settings, ())

    def _source(
        self, name: str, count: Count, pools: Mapping[str, str], patients: int | float | None
    ) -> SourceSettings:
        """Describe a source of a setup."""
        kind = _KINDS.get(name, "pool")
        step = (pools.get(name) or self.pool(name)) if kind == "pool" else self.prepared
        return SourceSettings(
            name=name,
            kind=kind,
            count=count if isinstance(count, int) else None,
            step=step,
            patients=patients if name == REAL else None,
        )

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
        classifier = self.classifier_section
        chosen = classifier.variants[variant]
        weights = {} if chosen.weights is None else {"weights": chosen.weights}
        parameters = {**classifier.parameters, **chosen.parameters, **weights}
        present = {source: count for source, count in parts.items() if count != 0}
        sources = tuple(self._source(part, count, pools or {}, patients) for part, count in present.items())
        # One seed for all: setups share their classic images and initial weights, so that they differ in
        # nothing but their sources.
        stream = "classify" + (f"/{seed + 1}" if seed else "") + self.tag
        settings = ClassifySettings(
            seed=self._seed(stream),
            sources=sources,
            classic=self.recipe.classic if any(source.kind == CLASSIC for source in sources) else None,
            classifier=Plugin(plugin=classifier.plugin, parameters=parameters),
            image_size=classifier.image_size,
            center_crop=classifier.center_crop,
            classes=self.classes,
            train=classifier.train,
        )
        needs = [self.prepared, *(source.step for source in sources)]
        self.classifiers.add(self.steps.add(name, settings, needs))

    def _gan(self, name: str) -> str:
        labels = range(len(self.classes)) if self.recipe.gans[name].per_class else (None,)
        models = [self._train_gan(name, label) for label in labels]
        self.models += models
        return self._generate(name, models)

    def _train_gan(self, name: str, label: int | None) -> Model:
        gan = self.recipe.gans[name]
        step, class_name = self._training(name, label)
        settings = TrainGanSettings(
            seed=self._seed(step),
            gan=_plugin(gan),
            loss=gan.loss and _plugin(gan.loss),
            view=view(gan),
            canvas=gan.canvas,
            crop=gan.crop,
            classes=self.classes,
            train=gan.train,
            class_name=class_name or None,
            label=label,
        )
        self.steps.add(step, settings, [self.prepared])
        return Model(name, step, "generator", label, name=class_name)

    def _generate(self, name: str, models: Sequence[Model]) -> str:
        step = f"generate-{name}{self.tag}"
        settings = GenerateSettings(
            seed=self._seed(step), models=self._shared_out(name, models), classes=self.classes
        )
        return self.steps.add(step, settings, [model.step for model in models])

    def _refiner(self, name: str) -> str:
        refiner = self.recipe.refiners[name]
        source = self.pool(refiner.source)
        models = [self._train_refiner(name, refiner, source, label) for label in range(len(self.classes))]
        if refiner.choose is not None:
            return self._choice(name, refiner, refiner.choose, models, source)
        self.models += models
        return self._refine(f"refine-{name}{self.tag}", name, models, source)

    def _train_refiner(self, name: str, refiner: Refiner, source: str, label: int) -> Model:
        step, class_name = self._training(name, label)
        settings = TrainRefinerSettings(
            seed=self._seed(step),
            gan=_plugin(refiner),
            source=source,
            images=refiner.images_per_class,
            image_size=refiner.image_size,
            flip=refiner.flip,
            classes=self.classes,
            train=refiner.train,
            snapshots=refiner.choose.among[:-1] if refiner.choose else (),
            class_name=class_name or None,
            label=label,
        )
        self.steps.add(step, settings, [self.prepared, source])
        return Model(name, step, "refiner", label, name=class_name)

    def _training(self, name: str, label: int | None) -> tuple[str, str]:
        """Return the names of a training step and of its class; the latter is empty where it is of all."""
        class_name = "" if label is None else self.classes[label]
        step = f"train-{name}-{class_name}{self.tag}" if class_name else f"train-{name}{self.tag}"
        return step, class_name

    def _refine(
        self, step: str, name: str, models: Sequence[Model], source: str, snapshot: int | None = None
    ) -> str:
        settings = RefineSettings(
            seed=self._seed(step),
            source=source,
            models=self._shared_out(name, models),
            classes=self.classes,
            snapshot=snapshot,
        )
        return self.steps.add(step, settings, [source, *(model.step for model in models)])

    def _shared_out(self, name: str, models: Sequence[Model]) -> tuple[PoolModel, ...]:
        """Share a pool's images evenly among its models."""
        count = self.sizes[name] // len(models)
        return tuple(PoolModel(step=model.step, label=model.label, count=count) for model in models)

    def _choice(
        self, name: str, refiner: Refiner, choose: Choose, models: Sequence[Model], source: str
    ) -> str:
        """Add pools of a refiner after several numbers of steps, a classifier on each, and the choice."""
        variant = choose.variant or preferred_variant(self.classifier_section)
        candidates = tuple(
            self._candidate(name, steps, models, source, (choose, variant, steps == refiner.train.steps))
            for steps in choose.among
        )
        step = f"choose-{name}{self.tag}"
        settings = CheckpointSelectionSettings(
            seed=self._seed(step),
            source=name,
            candidates=candidates,
            models=tuple(ChosenModel(step=model.step, name=model.name) for model in models),
            setup=choose.setup,
            variant=variant,
        )
        made = (made for candidate in candidates for made in (candidate.pool, candidate.classifier))
        self.steps.add(step, settings, [self.prepared, *made, *(model.step for model in models)])
        self.tried[choose.setup, variant] = step
        self.models += [Model(m.source, m.step, m.kind, m.label, step, m.name) for m in models]
        return step

    def _candidate(
        self,
        name: str,
        steps: int,
        models: Sequence[Model],
        source: str,
        choice: tuple[Choose, str, bool],
    ) -> Candidate:
        choose, variant, last = choice
        pool = self._refine(f"refine-{name}-{steps}{self.tag}", name, models, source, None if last else steps)
        # No setup's classifier is called so, whatever the setup's name.
        classifier = f"try-{name}-{steps}-{variant}{self.tag}"
        self._classify(classifier, self.recipe.setups[choose.setup], variant, pools={name: pool})
        return Candidate(steps=steps, pool=pool, classifier=classifier, last=last)

    def _curation(self, name: str) -> str:
        curation = self.recipe.curations[name]
        source = self.pool(curation.source)
        features = None if curation.rule == "none" else self.features(curation.features)
        step = f"curate-{name}{self.tag}"
        settings = CurationSettings(
            seed=self._seed(step),
            **dict(placed_view(self.recipe, curation.source)),
            clusters=curation.clusters,
            rule=curation.rule,
            discard=curation.discard,
            decisions=curation.decisions,
            source=source,
            features=features,
            classes=self.classes,
            need=(self.sizes[name] // len(self.classes),) * len(self.classes),
        )
        return self.steps.add(step, settings, [self.prepared, source, *classifier_behind(features)])


def _plugin(plugin: Plugin) -> Plugin:
    """Return which plugin with which parameters, without what else the recipe says beside them."""
    return Plugin(plugin=plugin.plugin, parameters=plugin.parameters)
