"""Seconds of a training's steps: each phase entered and run for a moment, on a batch that is given."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from kgan.contracts.trainable import Phase, Trainable
from kgan.data.sampling.batches import pipeline_options
from kgan.training.fit import compiled_step, distributed
from kgan.training.strategy import Devices

Clock = Callable[[], float]

#: Phases, and steps of a phase, that are timed at least: two, so that there is a spread.
LEAST = 2
#: Seconds of a first step beside which its tracing counts little, so that it need not be repeated.
LONG = 30.0


@dataclass(frozen=True)
class PhaseTime:
    """How long the steps of a phase take.

    Args:
        name: of the phase.
        steps: that a whole training has of it.
        seconds: of each step that was timed; none where the limit was reached before.
    """

    name: str
    steps: int
    seconds: tuple[float, ...]


def time_phases(
    model: Trainable,
    batch: Any,
    devices: Devices,
    steps: int,
    limit: float,
    each: float,
    report: Callable[[str], None],
    clock: Clock = time.perf_counter,
) -> list[PhaseTime]:
    """Time some steps of each phase, after a first one that traces the graph.

    The last phase comes first, then the first one, then those halfway between timed ones; so phases that are
    left when the limit is reached lie between timed ones.

    Args:
        model: begun by ``begin``.
        batch: a global batch.
        devices: on which the model was built.
        steps: of a whole training.
        limit: seconds after which no further phase is begun.
        each: seconds of timed steps in a phase, at least `LEAST` steps.
        report: called with the name of each phase that was timed.
        clock: seconds by which steps are timed.

    Returns:
        list: all phases that have steps, in their order.
    """
    phases = [phase for phase in model.phases(steps) if phase.steps]
    numbers = {phase.name: number for number, phase in enumerate(model.phases(steps))}
    end = time.monotonic() + limit
    seconds: dict[str, tuple[float, ...]] = {}
    batches = tf.data.Dataset.from_tensors(batch).repeat().with_options(pipeline_options())
    data = iter(distributed(batches, model, devices))
    for phase in map(phases.__getitem__, bisection_order(len(phases))):
        if len(seconds) >= LEAST and time.monotonic() > end:
            break
        model.enter(numbers[phase.name], int(tf.convert_to_tensor(model.step)), phase.steps)
        seconds[phase.name] = _time_steps(model, data, devices, each, clock)
        report(phase.name)
    return [_phase_time(phase, seconds) for phase in phases]


def bisection_order(count: int) -> list[int]:
    """Return 0 to count - 1: the last, the first, then what lies halfway between those that came before."""
    order, gaps = list(dict.fromkeys((count - 1, 0))), [(0, count - 1)]
    for low, high in gaps:
        middle = (low + high) // 2
        if low < middle:
            order.append(middle)
            gaps += [(low, middle), (middle, high)]
    return order


def timed(
    act: Callable[[], Any], limit: float, clock: Clock = time.perf_counter, long: float = LONG
) -> tuple[float, ...]:
    """Return the seconds of calls of a function, for ``limit`` seconds in all, at least `LEAST` of them.

    The first call, which traces a graph, counts only if it takes longer than ``long``.
    """

    def seconds_of_call() -> float:
        started = clock()
        act()
        return clock() - started

    first = seconds_of_call()
    seconds = [first] if first > long else []
    while len(seconds) < LEAST or sum(seconds) < limit:
        seconds.append(seconds_of_call())
    return tuple(seconds)


def _time_steps(
    model: Trainable, data: Iterator[Any], devices: Devices, limit: float, clock: Clock
) -> tuple[float, ...]:
    step = compiled_step(model, devices)
    tracker = next(iter(model.trackers.values()))

    def act() -> None:
        step(next(data))
        float(tracker.result())  # an accelerator has done the step when its result is here

    return timed(act, limit, clock)


def _phase_time(phase: Phase, seconds: dict[str, tuple[float, ...]]) -> PhaseTime:
    return PhaseTime(phase.name, phase.steps, seconds.get(phase.name, ()))
