"""Time each kind of training of a plan on this machine, each in a process of its own."""

import math
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgan.errors import RecipeError
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import Backend, Outcome
from kgan.pipeline.execution.demand import Demands
from kgan.pipeline.step import Step
from kgan.plan.cohort import PATIENTS, SLICES
from kgan.plan.timing.rates import Rate
from kgan.plan.work import Training, Work, channels, critic_updates, warm_up_steps
from kgan.progress import RunProgress
from kgan.steps.settings.classify import ClassifySettings
from kgan.steps.settings.pools import GenerateSettings, RefineSettings
from kgan.steps.settings.prepare import PrepareSettings
from kgan.steps.settings.timing import TimingSettings

#: Seconds in which the phases of one kind of training are timed; a phase that has begun is ended.
SECONDS = 30.0
#: Seconds for which the steps of a phase, and the making of images, are timed.
EACH = 3.0


@dataclass(frozen=True)
class Measured:
    """What was measured.

    Args:
        rates: kind of step -> seconds of a unit of it.
        memory_mb: kind of training -> peak memory of its process.
    """

    rates: dict[str, Rate]
    memory_mb: dict[str, int]


def check_known(work: Mapping[str, Work], waiting: Collection[str]) -> None:
    """Refuse a plan of which the time cannot be known.

    Args:
        work: of each step.
        waiting: names of the steps that are to be done.

    Raises:
        RecipeError: a training's number of images follows from the data, which are not prepared.
    """
    unknown = (f"{PATIENTS} patients", f"{SLICES} slices of each patient")
    for name in waiting:
        if any(words in unknown for words in work[name].assumed):
            raise RecipeError(
                f"--time: how long {name} takes depends on how many images there are, which is not known "
                "yet; run 'kgan run' with '--until prepare' first, or give data.split in patients and "
                "data.slices a last one"
            )


def measure(
    steps: Sequence[Step[Any]],
    work: Mapping[str, Work],
    waiting: Collection[str],
    backend: Backend,
    compute: Mapping[str, Any],
    progress: RunProgress,
    seconds: float = SECONDS,
) -> Measured:
    """Time one training of each kind, and the making of images by its model where that is to be done.

    Args:
        steps: the whole plan.
        work: of each step.
        waiting: names of the steps that are to be done.
        backend: runs one timing after the other, with the threads and GPUs of a training.
        compute: a recipe's section: devices, XLA, threads.
        progress: shown which phase is being timed.
        seconds: for the phases of one training.
    """
    timer = _Timer(steps, work, backend, compute, progress, seconds)
    models = list(timer.models(waiting))
    pools = [name for name in waiting if timer.model_of(name) is not None]
    for number, step in enumerate(models):
        progress.total(number, len(models), None)
        timer.time(step, pools)
    return timer.measured


class _Timer:
    def __init__(
        self,
        steps: Sequence[Step[Any]],
        work: Mapping[str, Work],
        backend: Backend,
        compute: Mapping[str, Any],
        progress: RunProgress,
        seconds: float,
    ) -> None:
        self.steps = {step.name: step for step in steps}
        self.work, self.backend, self.compute = work, backend, compute
        self.demands = Demands(compute, gpus=backend.gpus)
        self.progress, self.seconds = progress, seconds
        self.measured = Measured({}, {})
        #: Kind of classifier -> class and number of weights: one alike needs no timing of its own.
        self.classifiers: dict[str, tuple[str, int]] = {}

    def models(self, waiting: Collection[str]) -> Iterator[Step[Any]]:
        """Yield a training of each kind that is to be done, or whose model is to make images."""
        names: dict[str, str] = {}
        for name in waiting:
            trained = name if isinstance(self.steps[name].settings, Training) else self.model_of(name)
            if trained is not None:
                names.setdefault(self.work[trained].kind, trained)
        for name in names.values():
            yield self.steps[name]

    def model_of(self, name: str) -> str | None:
        """Return the training whose model makes the images of a step; ``None`` of other steps."""
        settings = self.steps[name].settings
        return settings.models[0].step if isinstance(settings, GenerateSettings | RefineSettings) else None

    def time(self, step: Step[Any], pools: Sequence[str]) -> None:
        """Time a training, and the images of its model."""
        kind = self.work[step.name].kind
        made = {
            self.work[name].kind
            for name in pools
            if self.work[name].configuration == self.work[step.name].configuration
        }
        outcome = self.outcome(step, bool(made))
        facts, rates, memory = outcome.facts, self.measured.rates, self.measured.memory_mb
        if "same_as" in facts:
            known = list(self.classifiers)[facts["same_as"]]
            rates[kind], memory[kind] = rates[known], memory[known]
            return
        if isinstance(step.settings, ClassifySettings):
            self.classifiers[kind] = tuple(facts["model"])
        rates[kind] = rate_of_phases(facts["phases"]) * (1 / images_of_a_step(step.settings))
        rates.update({pool: Rate.of(facts["pool"]) for pool in made})
        memory[kind] = outcome.peak_memory_mb

    def outcome(self, step: Step[Any], pool: bool) -> Outcome:
        settings: Training = step.settings
        request = next(
            self.steps[need].settings.request
            for need in step.needs
            if isinstance(self.steps[need].settings, PrepareSettings)
        )
        work = self.work[step.name]
        steps = round(work.units / images_of_a_step(settings)) - warm_up_steps(settings)
        timing = TimingSettings(
            seed=settings.seed,
            built_from=settings.built_from(channels(settings, request)),
            batch_size=settings.train.batch_size,
            steps=max(steps, 1),
            pool=pool,
            seconds=self.seconds,
            each=EACH,
            known=tuple(self.classifiers.values()) if isinstance(settings, ClassifySettings) else (),
        )
        with tempfile.TemporaryDirectory() as folder:
            shown = self.progress.start(work.kind)
            context = StepContext(work.kind, timing, {}, Path(folder), shown, self.compute)
            try:
                return self.backend.submit(context, self.demands.of(timing), 0.0).result()
            except BaseException:
                self.backend.kill()
                raise
            finally:
                self.progress.finish(work.kind)


def images_of_a_step(settings: Training) -> int:
    """Return the image passes of one step of a training."""
    return int(settings.train.batch_size) * critic_updates(settings)


def rate_of_phases(phases: Sequence[Mapping[str, Any]]) -> Rate:
    """Return the seconds of a step, on average over a whole training.

    Args:
        phases: ``steps`` that a training has of each and ``seconds`` of those that were timed. One of which
            none was timed takes what lies between the timed ones on both sides, on a logarithmic scale.
    """
    rates = {number: Rate.of(phase["seconds"]) for number, phase in enumerate(phases) if phase["seconds"]}
    total = sum((_between(rates, n) * phase["steps"] for n, phase in enumerate(phases)), Rate(0, 0, 0))
    return total * (1 / sum(phase["steps"] for phase in phases))


def _between(rates: Mapping[int, Rate], number: int) -> Rate:
    """Return the rate of a phase: its own, or that between its timed neighbours."""
    low = max((n for n in rates if n <= number), default=min(rates))
    high = min((n for n in rates if n >= number), default=max(rates))
    share = (number - low) / (high - low) if high > low else 0.0

    def mix(first: float, second: float) -> float:
        return math.exp((1 - share) * math.log(first) + share * math.log(second))

    first, second = rates[low], rates[high]
    return Rate(mix(first.seconds, second.seconds), mix(first.low, second.low), mix(first.high, second.high))
