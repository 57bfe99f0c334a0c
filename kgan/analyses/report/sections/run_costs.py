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
    return Section("cost", "Cost", tables=[table])


def versions_section(steps: Steps) -> Section:
    """Make the section on software and devices, with the differences between steps."""
    used: dict[str, list[str]] = {}
    for step in steps:
        for name, version in step.versions.items():
            if version not in used.setdefault(name, []):
                used[name].append(version)
    mixed = [name for name, versions in used.items() if len(versions) > 1]
    rows = [[name, ", ".join(versions)] for name, versions in used.items()]
    rows += _device_rows(steps)
    paragraphs = ["Some steps ran with other software versions than the rest."] if mixed else []
    table = Table(["Software", "Version"], rows, numeric=False)
    return Section("versions", "Versions and devices", paragraphs, tables=[table])


def _device_rows(steps: Steps) -> list[list[str]]:
    """Return the devices of training, by step if they differ."""
    places: dict[str, list[str]] = {}
    for step in steps:
        if _trains(step.settings) and (place := TrainingFacts.model_validate(step.facts).devices):
            places.setdefault(place, []).append(step.name)
    if len(places) == 1:
        return [["Devices of all training steps", *places]]
    return [[f"Devices of {listing(names)}", place] for place, names in places.items()]


def reproduction_section(recipe: Mapping[str, Any]) -> Section:
    """Make the section on reproducing the run.

    Args:
        recipe: as resolved: with the values of the profile and of ``--set``.
    """
    # The values of the profile are included, so no profile is needed.
    complete = {name: value for name, value in recipe.items() if name != "profile"}
    text = yaml.safe_dump(complete, sort_keys=False, allow_unicode=True, width=100)
    return Section(
        "again",
        "How to reproduce this run",
        paragraphs=[
            "Save the recipe below as recipe.yaml. It is complete and includes the values of the profile, "
            f"the data and all options. All random numbers derive from its seed, {recipe.get('seed', 0)}. "
            "The same software on the same kind of processor gives the same tables.",
        ],
        code=[("Command", "kgan run recipe.yaml"), ("recipe.yaml", text)],
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
