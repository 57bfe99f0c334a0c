"""Cost of a run, its software and devices, and how to reproduce it."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from kgan.analyses.report.tables import StepCost
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.pipeline.settings import StepSettings
from kgan.report.formatting import NOTHING, count, duration, listing, memory
from kgan.report.html import Section, Table
from kgan.steps.facts import PoolFacts, PreparationFacts, TrainingFacts
from kgan.steps.settings.classify import ClassifySettings
from kgan.steps.settings.pools import GenerateSettings, RefineSettings
from kgan.steps.settings.prepare import PrepareSettings
from kgan.steps.settings.training import TrainGanSettings, TrainRefinerSettings
from kgan.training.arithmetic import THREADS

_PROCESSOR, _THREADS, _DEVICES, _PRECISION = "Processor", "Threads", "Devices", "Precision"
#: What training steps alone have.
_OF_TRAINING = (_DEVICES, _PRECISION)
_ROUNDED = (_PROCESSOR, _THREADS)
_ROUNDING = (
    "Some steps ran on another processor, or with another number of threads, than the rest. Sums are then "
    "rounded differently: the same steps in one place would give slightly different numbers."
)


def step_costs(run: Steps) -> list[StepCost]:
    """Return time, speed and memory of each step."""
    return [
        StepCost(
            step=step.name,
            seconds=round(step.seconds, 2),
            images_per_second=_speed(step),
            peak_memory_mb=round(step.memory),
        )
        for step in run
    ]


def cost_section(run: Steps) -> Section:
    """Make the section on time, speed and memory."""
    rows = [
        [
            row.step,
            duration(row.seconds),
            NOTHING if row.images_per_second is None else count(row.images_per_second),
            memory(row.peak_memory_mb),
        ]
        for row in step_costs(run)
    ]
    total = sum(step.seconds for step in run)
    peak = max((step.memory for step in run), default=0.0)
    rows.append(["all steps", duration(total), "", memory(peak)])
    note = "Time since the last start of a step; interrupted steps took longer. Memory: peak of the process."
    table = Table(["Step", "Time", "Images per second", "Peak memory"], rows, note=note)
    return Section("cost", "Cost", tables=[table], closed=True)


def versions_section(steps: Steps) -> Section:
    """Make the section on software, processors, threads, devices and precision, and where steps differ."""
    used: dict[str, list[str]] = {}
    for step in steps:
        for name, version in step.versions.items():
            if version not in used.setdefault(name, []):
                used[name].append(version)
    mixed = [name for name, versions in used.items() if len(versions) > 1]
    rows = [[name, ", ".join(versions)] for name, versions in used.items()]
    rows += [row for kind, places in _places(steps).items() for row in _place_rows(kind, places)]
    paragraphs = ["Some steps ran with other software versions than the rest."] if mixed else []
    paragraphs += [_ROUNDING] if any(len(_places(steps)[kind]) > 1 for kind in _ROUNDED) else []
    table = Table(["Software", "Version"], rows, numeric=False)
    return Section("versions", "Versions and devices", paragraphs, tables=[table], closed=True)


def _places(steps: Steps) -> dict[str, dict[str, list[str]]]:
    """Return the steps by processor, threads, devices and precision, as far as these were recorded."""
    kinds = (_PROCESSOR, _THREADS, *_OF_TRAINING)
    places: dict[str, dict[str, list[str]]] = {kind: {} for kind in kinds}
    for step in steps:
        values = {_PROCESSOR: step.processor, _THREADS: str(step.threads or "")}
        if _trains(step.settings):
            facts = TrainingFacts.model_validate(step.facts)
            values |= {_DEVICES: facts.devices, _PRECISION: facts.precision}
        for kind, value in values.items():
            if value:
                places[kind].setdefault(value, []).append(step.name)
    return places


def _place_rows(kind: str, places: Mapping[str, list[str]]) -> list[list[str]]:
    """Return one row if all steps have the same, else one for each of the others."""
    if len(places) == 1:
        return [[f"{kind} of all {'training ' if kind in _OF_TRAINING else ''}steps", *places]]
    return [[f"{kind} of {listing(names)}", place] for place, names in places.items()]


def reproduction_section(recipe: Mapping[str, Any], steps: Steps) -> Section:
    """Make the section on reproducing the run.

    Args:
        recipe: as resolved: with the values of the profile and of ``--set``.
        steps: of the run; their number of threads is part of the command if all have one, not the default.
    """
    threads = {step.threads for step in steps if step.threads}
    number = threads.pop() if len(threads) == 1 else THREADS
    options = f" --set compute.threads={number}" if number != THREADS else ""
    # The values of the profile are included, so no profile is needed.
    complete = {name: value for name, value in recipe.items() if name != "profile"}
    text = yaml.safe_dump(complete, sort_keys=False, allow_unicode=True, width=100)
    return Section(
        "again",
        "How to reproduce this run",
        paragraphs=[
            "Save the recipe below as recipe.yaml. It is complete and includes the values of the profile, "
            f"the data and all options. All random numbers derive from its seed, {recipe.get('seed', 0)}. "
            "The same software with the same number of threads on the same processor gives the same tables.",
        ],
        code=[("Command", f"kgan run recipe.yaml{options}"), ("recipe.yaml", text)],
        closed=True,
    )


def files_section(steps: Steps, own: Iterable[str]) -> Section:
    """Make the section with links to the files beside the page."""
    links = [*(path for step in steps for path in step.published), *own]
    return Section(
        "files",
        "Files",
        paragraphs=[
            "In the run folder, beside this page:" if links else "There are no files beside this page."
        ],
        links=sorted(dict.fromkeys(links)),
        closed=True,
    )


def _speed(step: FinishedStep[Any]) -> float | None:
    """Return the images that a step made, or showed to a model, per second."""
    settings = step.settings
    if isinstance(settings, GenerateSettings | RefineSettings):
        images = PoolFacts.model_validate(step.facts).images
    elif isinstance(settings, PrepareSettings):
        images = PreparationFacts.model_validate(step.facts).images
    else:
        images = TrainingFacts.model_validate(step.facts).images_seen if _trains(settings) else 0
    return images / step.seconds if images and step.seconds > 0 else None


def _trains(settings: StepSettings) -> bool:
    return isinstance(settings, TrainGanSettings | TrainRefinerSettings | ClassifySettings)
