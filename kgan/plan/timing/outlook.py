"""How long a plan takes by measured rates: each kind of step, all of it, and its longest path."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgan.pipeline.forecast import Forecast, Room
from kgan.pipeline.step import Step
from kgan.plan.timing.rates import QUANTILES, Rate, step_seconds
from kgan.plan.work import Work

_VALUES: tuple[Callable[[Rate], float], ...] = (
    lambda rate: rate.seconds,
    lambda rate: rate.low,
    lambda rate: rate.high,
)


@dataclass(frozen=True)
class Outlook:
    """Time of the steps of a plan that are to be done.

    Args:
        kinds: seconds of all steps of each measured kind, and their number.
        total: seconds of the whole, in the room that there is.
        longest: seconds of the longest path, which no number of jobs shortens.
        rough: seconds of the steps that were not measured, one after the other.
        not_measured: kinds of these steps.
        jobs: steps at once.
    """

    kinds: Mapping[str, tuple[Rate, int]]
    total: Rate
    longest: Rate
    rough: float
    not_measured: Sequence[str]
    jobs: int


def outlook(
    steps: Sequence[Step[Any]],
    work: Mapping[str, Work],
    rates: Mapping[str, Rate],
    waiting: Collection[str],
    room: Room,
) -> Outlook:
    """Compute the time of a plan.

    Args:
        steps: the whole plan.
        work: of each step.
        rates: measured, by kind of step.
        waiting: names of the steps that are to be done.
        room: that the steps share.
    """
    left = [step for step in steps if step.name in waiting]
    seconds = {step.name: step_seconds(work[step.name], rates) for step in left}
    kinds = {name: work[name].kind for name in seconds}
    forecasts = [
        Forecast(left, {name: value(rate) for name, rate in seconds.items()}, kinds, kinds.values())
        for value in _VALUES
    ]
    counts = Counter(kinds.values())
    unmeasured = [name for name in seconds if kinds[name] not in rates]
    return Outlook(
        kinds={
            kind: (sum((seconds[n] for n in seconds if kinds[n] == kind), Rate(0, 0, 0)), counts[kind])
            for kind in rates
            if kind in counts
        },
        total=_ordered(forecast.left({}, seconds, room) or 0.0 for forecast in forecasts),
        longest=_ordered(max(map(forecast.path, seconds), default=0.0) for forecast in forecasts),
        rough=sum(seconds[name].seconds for name in unmeasured),
        not_measured=list(dict.fromkeys(kinds[name] for name in unmeasured)),
        jobs=room.jobs,
    )


def duration(seconds: float) -> str:
    """Return seconds in words, in the largest unit of which there is at least one and a half."""
    for name, unit in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 1.5 * unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.2g} s"


def span(rate: Rate) -> str:
    """Return a time with its uncertainty, e.g. ``"3.1 h (2.8 h to 3.6 h)"``."""
    return f"{duration(rate.seconds)} ({duration(rate.low)} to {duration(rate.high)})"


def _ordered(values: Iterable[float]) -> Rate:
    """Return a rate; of two schedules that with longer steps may be the shorter one."""
    seconds, low, high = values
    return Rate(seconds, min(low, seconds), max(high, seconds))


def time_lines(ahead: Outlook, work: Mapping[str, Work], waiting: Collection[str]) -> list[str]:
    """Say how long a plan takes, and what that rests on.

    Args:
        ahead: the plan's outlook.
        work: of each step.
        waiting: names of the steps that are to be done.
    """
    low, high = (f"{quantile:.0%}" for quantile in QUANTILES)
    lines = [
        f"time: {span(ahead.total)} with --jobs {ahead.jobs}; longest path {duration(ahead.longest.seconds)}",
        f"by the median of the timed steps (in brackets: by their {low} and {high} quantiles), each training "
        "on its own core or GPU; classifiers may stop earlier",
    ]
    if ahead.not_measured:
        names = ", ".join(ahead.not_measured)
        lines.append(f"not timed but counted by rough defaults: {duration(ahead.rough)} in all for {names}")
    if assumed := sorted({words for name in waiting for words in work[name].assumed}):
        lines.append(f"assumed: {', '.join(assumed)}; counted once 'prepare' is finished")
    return lines
