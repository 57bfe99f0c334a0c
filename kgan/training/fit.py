"""The training loop: any `Trainable`, any number of replicas, bit-identical resumption.

``fit`` of Keras fails under multi-worker strategies, with several steps per execution and with XLA under
MirroredStrategy, and its backup omits the optimisers of a GAN.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tensorflow as tf

from kgan.contracts.trainable import Trainable
from kgan.errors import RunError
from kgan.nn.replicas import by_replica
from kgan.progress import Progress
from kgan.training.checkpoint import Checkpoints
from kgan.training.interrupt import interruptible
from kgan.training.log import LOSSES_FILE, TrainingLog
from kgan.training.strategy import Devices
from kgan.training.training_time import TrainingTime


@dataclass(frozen=True)
class Hook:
    """A function that is called periodically and may end the training.

    Args:
        every: steps between two calls, without the warm-up.
        call: (model, step) -> whether to stop; steps count from 1, without the warm-up.
        state: its variables for the checkpoint.
    """

    every: int
    call: Callable[[Any, int], bool]
    state: Sequence[tf.Variable] = ()


@dataclass(frozen=True)
class Fit:
    """Options of a training run, except model and data.

    Args:
        steps: total number of steps, divided among the phases of the model; a warm-up comes before them.
        seed: of the run; every draw is a function of (seed, stream, step, replica).
        folder: of ``log.csv`` and ``checkpoints/``.
        devices: strategy and compiler.
        label: of the progress bar.
        report_every: steps between two rows of the log; checkpoints are saved at the same steps.
        checkpoint_minutes: minimum time between two checkpoints.
        hooks: periodic functions.
        time: counts earlier processes' time, and how long the training waits for batches.
    """

    steps: int
    seed: int
    folder: Path
    devices: Devices
    label: str
    report_every: int = 20
    checkpoint_minutes: float = 2.0
    hooks: Sequence[Hook] = field(default_factory=tuple)
    time: TrainingTime = field(default_factory=TrainingTime)


def fit(
    model: Trainable,
    batches: Callable[[int], tf.data.Dataset],
    options: Fit,
    progress: Progress,
) -> Trainable:
    """Train a model, from the newest intact checkpoint if there is one.

    Args:
        model: built in the scope of ``options.devices.strategy``.
        batches: step -> endless data set of global batches from that step on.
        options: all options.
        progress: receives each reported step.

    Returns:
        Trainable: the trained model.

    Raises:
        RunError: a loss is not finite; the last checkpoint is kept.
        KeyboardInterrupt: after a signal; the state has been saved.
    """
    with options.devices.strategy.scope():
        model.begin(seed=options.seed, jit=options.devices.jit)
    return _Loop(model, options, progress).run(batches)


def compiled_step(model: Trainable, devices: Devices) -> Callable[[Any], None]:
    """Return one step of training on a batch, as a graph, for the phase that the model has entered."""

    @tf.function(autograph=False, reduce_retracing=True)
    def step(batch: Any) -> None:
        devices.strategy.run(model.train_step, args=(batch,))
        model.advance()

    return step


def distributed(data: tf.data.Dataset, model: Trainable, devices: Devices) -> Any:
    """Share the global batches of a data set among the replicas."""
    replicas, updates = devices.replicas, model.batch_factor
    if replicas == 1:
        return data

    @tf.autograph.experimental.do_not_convert
    def share(*batch: Any) -> Any:
        return by_replica(batch if len(batch) > 1 else batch[0], updates, replicas)

    return devices.strategy.experimental_distribute_dataset(data.map(share))


class _Loop:
    def __init__(self, model: Trainable, options: Fit, progress: Progress) -> None:
        self.model, self.options, self.progress = model, options, progress
        state = list(model.state()) + [variable for hook in options.hooks for variable in hook.state]
        state += [variable for tracker in model.trackers.values() for variable in tracker.variables]
        state.append(options.time.spent)
        self.checkpoints = Checkpoints(options.folder / "checkpoints", state, progress.say)
        self.done = self.saved = self.checkpoints.restore()
        options.time.restored()
        self.warm_up = model.warm_up_steps(options.steps)
        self.log = TrainingLog(options.folder / LOSSES_FILE, self.counted if self.done else None)
        self.saved_at = time.monotonic()
        self.pending = 0
        self.has_phases = len(model.phases(options.steps)) > 1

    @property
    def counted(self) -> int:
        """Steps done, without the warm-up, which counts from negative numbers to 0."""
        return self.done - self.warm_up

    def run(self, batches: Callable[[int], tf.data.Dataset]) -> Trainable:
        phases = self.model.phases(self.options.steps)
        total = sum(phase.steps for phase in phases)
        if self.done:
            place = f"step {self.counted} of {self.options.steps}" if self.counted > 0 else "its warm-up"
            self.progress.say(f"{self.options.label}: resuming from {place}")
        self.progress.begin(self.options.label, total, self.done)
        if self.done >= total:
            self.model.enter(len(phases) - 1, total - phases[-1].steps, phases[-1].steps)
        data: Iterator[Any] | None = None
        start = 0
        with interruptible(lambda: self.done > self.saved) as interrupted:
            for number, phase in enumerate(phases):
                end = start + phase.steps
                if self.done < end:
                    data = data or iter(distributed(batches(self.done), self.model, self.options.devices))
                    self.model.enter(number, start, phase.steps)
                    if self._phase(phase.name, end, data, interrupted):
                        break
                start = end
        if self.done >= total and not phases[-1].steps:
            # With very few steps the last phase has none, but the model must still enter it.
            self.model.enter(len(phases) - 1, total, 0)
        self.log.write()
        return self.model

    def _phase(self, name: str, end: int, data: Iterator[Any], interrupted: Callable[[], bool]) -> bool:
        step = compiled_step(self.model, self.options.devices)
        while self.done < end:
            step(self.options.time.next(data))
            self.done += 1
            self.pending += 1
            stop = self._housekeeping(name, self.done == end)
            if interrupted():
                if not stop:  # a run resumed from here would not know that the training has ended
                    self._save()
                raise KeyboardInterrupt
            if stop:
                return True
        return False

    def _housekeeping(self, phase: str, last: bool) -> bool:
        reporting = last or self.counted % self.options.report_every == 0
        if reporting:
            self._report(phase)
        stop = False
        for hook in self.options.hooks:
            if self.counted > 0 and self.counted % hook.every == 0:
                stop = hook.call(self.model, self.counted) or stop
        late = time.monotonic() - self.saved_at > 60 * self.options.checkpoint_minutes
        if reporting and late and not stop:
            self._save()
        return stop

    def _report(self, phase: str) -> None:
        trackers = self.model.trackers.items()
        updated = {
            name: tracker for name, tracker in trackers if float(tf.convert_to_tensor(tracker.count.value))
        }
        values = {name: float(tracker.result()) for name, tracker in updated.items()}
        for tracker in updated.values():
            tracker.reset_state()
        broken = [name for name, value in values.items() if not math.isfinite(value)]
        if broken:
            raise RunError(
                f"{self.options.label}: {broken[0]} is not finite at step {self.counted} ({phase}). The "
                "last checkpoint is kept; try a smaller learning rate, another loss, or precision "
                "float32."
            )
        self.log.add(self.counted, phase, values)
        self.progress.advance(self.pending, _note(values, phase if self.has_phases else ""))
        self.pending = 0

    def _save(self) -> None:
        # The log first: rows after the checkpoint are removed on resumption, missing rows cannot be
        # recovered.
        self.log.write()
        self.options.time.before_checkpoint()
        self.checkpoints.save(self.done)
        self.saved, self.saved_at = self.done, time.monotonic()


def _note(values: Mapping[str, float], phase: str) -> str:
    """Return losses, then their terms, then the phase: a narrow terminal shows the first entries."""
    names = sorted(values, key=lambda name: not name.endswith("loss"))
    entries = [f"{name.removesuffix('_loss').replace('_', ' ')} {values[name]:.3g}" for name in names]
    return ", ".join([*entries, phase] if phase else entries)
