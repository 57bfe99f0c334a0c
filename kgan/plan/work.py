"""What each step of a plan will do, in units of its kind, and a rough default of the time of a unit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgan import registry
from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.curation.settings import CurationSettings
from kgan.files.digest import value_digest
from kgan.pipeline.settings import StepSettings
from kgan.pipeline.step import Step
from kgan.plan.cohort import PATIENTS, SLICES, CohortImages, expected_images, patients, slices
from kgan.steps.settings.classify import ClassifySettings, SourceSettings
from kgan.steps.settings.pools import GenerateSettings, RefineSettings
from kgan.steps.settings.prepare import PrepareSettings, RequestSettings
from kgan.steps.settings.shared import size_text
from kgan.steps.settings.training import TrainGanSettings, TrainRefinerSettings

#: Seconds of one image pass for each pixel of the image, on one core: right to about a factor of ten, as
#: networks differ. Good enough to order steps.
SECONDS_PER_PIXEL = {
    TrainGanSettings: 6e-6,
    TrainRefinerSettings: 1e-4,
    ClassifySettings: 4e-6,
    GenerateSettings: 7e-7,
    RefineSettings: 3e-6,
    CurationSettings: 2e-6,
    PrepareSettings: 2e-6,
}
#: Seconds of a whole step, by kind: tables and pages, which are short beside training.
SECONDS = {"check_cohort": 5, "choose": 5, "compare": 60, "measure": 60, "privacy": 60, "embed": 60}
#: Seconds of a whole step of any other kind.
OTHER_SECONDS = 10.0
#: Cost of an image that is only looked at, as a share of one that is learnt from.
FORWARD = 1 / 3


_UNKNOWN_SIZE = (256, 256)
Training = TrainGanSettings | TrainRefinerSettings | ClassifySettings


@dataclass(frozen=True)
class Work:
    """What a step will do.

    Args:
        kind: name of what shares one rate, e.g. ``"train_gan pggan 256x256 batch 16"``.
        units: image passes of a training (steps x batch x critic updates, or epochs x images), images of a
            pool, or 1 for a step of tables and pages.
        seconds_per_unit: a rough default, for the order of steps.
        assumed: what was assumed in order to count the units, in words; empty if all is known.
        configuration: digest of the model, batch and training options that the rate holds for; empty where
            there is no model.
    """

    kind: str
    units: float
    seconds_per_unit: float
    assumed: tuple[str, ...] = ()
    configuration: str = ""

    @property
    def seconds(self) -> float:
        """Expected seconds of the step by the rough default."""
        return self.units * self.seconds_per_unit


def expected_work(
    steps: Sequence[Step[Any]], prepared: Mapping[str, CohortImages] | None = None
) -> dict[str, Work]:
    """Say of each step of a plan what it will do.

    Args:
        steps: the whole plan.
        prepared: images of cohorts that are prepared already, by step; those of others are estimated.
    """
    planned = _Plan(steps, prepared or {})
    return {step.name: planned.work(step) for step in steps}


def channels(settings: Training, request: RequestSettings) -> int:
    """Return the channels of the images that a training learns from."""
    sequences: Sequence[str] = request.sequences
    if isinstance(settings, TrainGanSettings):
        sequences = settings.view.sequences or sequences
        return 1 if settings.view.concat else len(sequences)
    return len(sequences)


def training_size(settings: Training) -> tuple[int, int]:
    """Return (height, width) px of the images of a training."""
    return settings.canvas if isinstance(settings, TrainGanSettings) else settings.image_size


def critic_updates(settings: Training) -> int:
    """Return how many batches a step of a training takes."""
    if not isinstance(settings, TrainGanSettings):
        return 1
    default: int = _gan_config(settings).training_options.critic_updates
    return settings.train.critic_updates or default


def warm_up_steps(settings: Training) -> int:
    """Return the steps of a training before those that the recipe counts."""
    return 0 if isinstance(settings, ClassifySettings) else int(_gan_config(settings).warm_up_steps())


class _Plan:
    """A plan of which the work is counted.

    Args:
        steps: of the plan.
        prepared: images of prepared cohorts, by step.
    """

    def __init__(self, steps: Sequence[Step[Any]], prepared: Mapping[str, CohortImages]) -> None:
        self.steps = {step.name: step for step in steps}
        self.prepared = prepared
        #: kind in words -> digests of the configurations that would be called so.
        self.configurations: dict[str, list[str]] = {}

    def work(self, step: Step[Any]) -> Work:
        settings = step.settings
        if isinstance(settings, Training):
            passes, assumed = self.image_passes(step)
            kind, digest = self.kind(step)
            return Work(kind, passes, _rate(settings, training_size(settings)), assumed, digest)
        if isinstance(settings, GenerateSettings | RefineSettings):
            model = self.steps[settings.models[0].step]
            kind, digest = self.kind(model)
            model_words = kind.replace(f" batch {model.settings.train.batch_size}", "").partition(" ")[2]
            rate = _rate(settings, training_size(model.settings))
            return Work(f"{settings.kind} {model_words}", self.pool(step.name), rate, (), digest)
        if isinstance(settings, CurationSettings) and settings.features is not None:
            rate = _rate(settings, settings.features.image_size)
            return Work(settings.kind, self.pool(settings.source), rate)
        if isinstance(settings, PrepareSettings):
            read = (patients(settings) or PATIENTS) * (slices(settings) or SLICES)
            return Work(settings.kind, read, _rate(settings, settings.request.image_size or _UNKNOWN_SIZE))
        return Work(settings.kind, 1, SECONDS.get(settings.kind, OTHER_SECONDS))

    def image_passes(self, step: Step[Any]) -> tuple[float, tuple[str, ...]]:
        """Return how many images a training learns from, each time counted, and what is assumed for that."""
        settings = step.settings
        if isinstance(settings, ClassifySettings):
            return self.epochs_of_sources(settings, step)
        batch = settings.train.batch_size
        passes: float = batch * (settings.train.steps or 0)
        assumed: tuple[str, ...] = ()
        if isinstance(settings, TrainGanSettings) and settings.train.epochs is not None:
            cohort = self.cohort(step)
            passes, assumed = self.epochs_of_view(settings, step, cohort), cohort.assumed
        return (passes + warm_up_steps(settings) * batch) * critic_updates(settings), assumed

    def epochs_of_view(self, settings: TrainGanSettings, step: Step[Any], cohort: CohortImages) -> float:
        sequences = settings.view.sequences or self.prepare(step).request.sequences
        copies = len(sequences) if settings.view.concat else 1
        return (settings.train.epochs or 0) * copies * cohort.of("train", settings.class_name)

    def epochs_of_sources(self, settings: ClassifySettings, step: Step[Any]) -> tuple[float, tuple[str, ...]]:
        """Return the images of all epochs, those of the validation by their share of the cost."""
        cohort = self.cohort(step)
        learnt = sum(self.source(source, cohort) for source in settings.sources)
        whole = any(source.count is None and source.kind != "pool" for source in settings.sources)
        epoch = learnt + FORWARD * cohort.of("validation")
        return settings.train.epochs * epoch, cohort.assumed if whole else ()

    def source(self, source: SourceSettings, cohort: CohortImages) -> float:
        """Return how many images a source gives to an epoch."""
        if source.count is not None:
            return source.count
        if source.kind == "pool":
            return self.pool(source.step)
        if source.patients is None:
            return cohort.of("further" if source.kind == "further_real" else "train")
        few = source.patients
        share = few if isinstance(few, float) else few / max(cohort.patients, 1)
        return min(share, 1.0) * cohort.of("train")

    def pool(self, name: str) -> float:
        """Return how many images the pool of a step has."""
        settings = self.steps[name].settings
        if isinstance(settings, GenerateSettings | RefineSettings):
            return sum(model.count for model in settings.models)
        if isinstance(settings, CurationSettings):
            return sum(settings.need)
        if isinstance(settings, CheckpointSelectionSettings):
            return self.pool(settings.candidates[0].pool)
        raise TypeError(f"{name}: a step of kind {settings.kind} has no pool")

    def cohort(self, step: Step[Any]) -> CohortImages:
        """Return the images of the cohort that a training learns from."""
        name = next(need for need in step.needs if _is_prepare(self.steps[need]))
        return self.prepared.get(name) or expected_images(self.steps[name].settings, step.settings.classes)

    def prepare(self, step: Step[Any]) -> PrepareSettings:
        """Return how the images of a training are prepared."""
        prepare = next(self.steps[need] for need in step.needs if _is_prepare(self.steps[need]))
        settings: PrepareSettings = prepare.settings
        return settings

    def kind(self, step: Step[Any]) -> tuple[str, str]:
        """Name what shares one rate: numbered where several configurations would be called alike.

        Initial weights and the length of the training change no rate.

        Returns:
            tuple: the name, and a digest of the configuration.
        """
        settings: Training = step.settings
        built_from = settings.built_from(channels(settings, self.prepare(step).request))
        built_from["parameters"] = {**built_from["parameters"], "weights": None}
        batch = settings.train.batch_size
        size = size_text(training_size(settings))
        words = f"{settings.kind} {built_from['plugin']} {size} batch {batch}"
        alike = self.configurations.setdefault(words, [])
        digest = value_digest([built_from, batch])
        if digest not in alike:
            alike.append(digest)
        number = alike.index(digest) + 1
        return (words if number == 1 else f"{words} ({number})"), digest


def _is_prepare(step: Step[Any]) -> bool:
    return isinstance(step.settings, PrepareSettings)


def _gan_config(settings: TrainGanSettings | TrainRefinerSettings) -> Any:
    return registry.configure("gans", settings.gan.plugin, settings.gan.parameters)


def _rate(settings: StepSettings, size: tuple[int, int]) -> float:
    return SECONDS_PER_PIXEL[type(settings)] * math.prod(size)
