"""Measured rates of kinds of steps, and where a run's folder keeps them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kgan.files.atomic import write_text
from kgan.pipeline.forecast import Forecast, known_seconds
from kgan.pipeline.records import manifest
from kgan.pipeline.state.status import status
from kgan.pipeline.step import Step
from kgan.plan.cohort import CohortImages, prepared_images
from kgan.plan.work import Work, expected_work
from kgan.steps.settings.prepare import PrepareSettings
from kgan.training.gpus import gpu_count

#: In the run's folder.
FILE = "rates.json"
#: Quantiles of the timed steps between which the seconds of a step are taken to lie.
QUANTILES = (0.1, 0.9)


@dataclass(frozen=True)
class Rate:
    """Seconds of one unit of a kind of step; see `kgan.plan.work.Work`.

    Args:
        seconds: by the median of the timed steps.
        low: by their first quantile of `QUANTILES`.
        high: by their second one.
    """

    seconds: float
    low: float
    high: float

    def __add__(self, other: "Rate") -> "Rate":
        """Return the seconds of both."""
        return Rate(self.seconds + other.seconds, self.low + other.low, self.high + other.high)

    def __mul__(self, factor: float) -> "Rate":
        """Return the seconds of ``factor`` units."""
        return Rate(self.seconds * factor, self.low * factor, self.high * factor)

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Rate":
        """Return the rate of which these are measurements, at least one."""
        low, high = np.quantile(seconds, QUANTILES)
        return cls(float(np.median(seconds)), float(low), float(high))


def write_rates(folder: Path, work: Mapping[str, Work], rates: Mapping[str, Rate]) -> None:
    """Write the measured rates into a run's folder, with what they hold for.

    Args:
        folder: of the run; made where it is missing.
        work: of each step.
        rates: by kind of step.
    """
    configurations = {step.kind: step.configuration for step in work.values()}
    kinds = {
        kind: {"configuration": configurations[kind], **asdict(rate)} for kind, rate in sorted(rates.items())
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / FILE, json.dumps({"gpus": gpu_count(), "kinds": kinds}, indent=1))


def read_rates(folder: Path, work: Mapping[str, Work]) -> dict[str, Rate]:
    """Return the rates by kind of step that an earlier `write_rates` left in a run's folder.

    Those of other configurations, or of a machine with another number of GPUs, are passed over: nothing but
    a forecast rests on them.
    """
    configurations = {step.kind: step.configuration for step in work.values()}
    try:
        record = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if record["gpus"] != gpu_count():
            return {}
        kept = {kind: dict(values) for kind, values in record["kinds"].items()}
        return {
            kind: Rate(**values)
            for kind, values in kept.items()
            if values.pop("configuration") == configurations.get(kind)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def work_in(steps: Sequence[Step[Any]], folder: Path) -> dict[str, Work]:
    """Say of each step what it will do; images of cohorts that are prepared in a run's folder are counted."""
    return expected_work(steps, _prepared(steps, folder))


def forecast_in(steps: Sequence[Step[Any]], folder: Path) -> Forecast:
    """Return the forecast of a run, from the rates and the finished steps in its folder, if there are any.

    Args:
        steps: the whole plan.
        folder: of the run.
    """
    work = work_in(steps, folder)
    rates = read_rates(folder, work)
    forecast = Forecast(
        steps,
        {name: step_seconds(step, rates).seconds for name, step in work.items()},
        {name: step.kind for name, step in work.items()},
        measured=rates,
    )
    for name, seconds in known_seconds(steps, folder).items():
        forecast.finished(name, seconds)
    return forecast


def step_seconds(work: Work, rates: Mapping[str, Rate]) -> Rate:
    """Return the expected seconds of a step: by the rate of its kind, or by the rough default."""
    rough = Rate(work.seconds_per_unit, work.seconds_per_unit, work.seconds_per_unit)
    return rates.get(work.kind, rough) * work.units


def _prepared(steps: Sequence[Step[Any]], folder: Path) -> dict[str, CohortImages]:
    prepared = [step for step in steps if isinstance(step.settings, PrepareSettings)]
    finished = [standing for standing in status(prepared, folder) if standing.finished]
    records = {standing.step: manifest.read(standing.folder) for standing in finished}
    return {name: prepared_images(record["facts"]) for name, record in records.items() if record}
