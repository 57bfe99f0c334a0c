"""What a run cost, what it ran on, and how to have it again."""

from collections.abc import Mapping
from typing import Any

import yaml

from kgan.pipeline.run_folder import FinishedStep, Steps
from kgan.report.formatting import NOTHING, count, duration, listing, memory
from kgan.report.html import Section, Table

_MAKES_IMAGES = ("generate", "refine")


def cost_rows(steps: Steps) -> list[tuple[str, float, float | None, float]]:
    """Return (step, seconds, images a second or ``None``, peak MiB) for each step."""
    return [(step.name, step.seconds, _rate(step), step.memory) for step in steps]


def cost_section(steps: Steps) -> Section:
    """Make the section on time, speed and memory."""
    rows = [
        [name, duration(seconds), NOTHING if rate is None else count(rate), memory(peak)]
        for name, seconds, rate, peak in cost_rows(steps)
    ]
    total = sum(step.seconds for step in steps)
    peak = max((step.memory for step in steps), default=0.0)
    rows.append(["all steps", duration(total), "", memory(peak)])
    note = "Time since a step was last started: an interrupted one took longer. Memory: peak of its process."
    table = Table(["Step", "Time", "Images a second", "Peak memory"], rows, note=note)
    return Section("cost", "Cost", tables=[table])


def versions_section(steps: Steps) -> Section:
    """Make the section on software and devices, naming what differs between steps."""
    found: dict[str, list[str]] = {}
    for step in steps:
        for name, version in step.versions.items():
            if version not in found.setdefault(name, []):
                found[name].append(version)
    mixed = [name for name, versions in found.items() if len(versions) > 1]
    rows = [[name, ", ".join(versions)] for name, versions in found.items()]
    rows += _device_rows(steps)
    paragraphs = ["Some steps ran with other versions than the rest."] if mixed else []
    table = Table(["Software", "Version"], rows, numeric=False)
    return Section("versions", "Versions and devices", paragraphs, tables=[table])


def _device_rows(steps: Steps) -> list[list[str]]:
    """Return what training ran on; by step where not all steps ran on the same."""
    places: dict[str, list[str]] = {}
    for step in steps:
        if place := str(step.facts.get("devices") or ""):
            places.setdefault(place, []).append(step.name)
    if len(places) == 1:
        return [["Devices of all training steps", *places]]
    return [[f"Devices of {listing(names)}", place] for place, names in places.items()]


def again_section(recipe: Mapping[str, Any]) -> Section:
    """Make the section on how to have the run again.

    Args:
        recipe: as resolved: with the profile's figures and what ``--set`` changed.
    """
    # The profile's figures are in it, so that it needs no profile.
    whole = {name: value for name, value in recipe.items() if name != "profile"}
    text = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=100)
    return Section(
        "again",
        "How to have this again",
        paragraphs=[
            "Save the recipe below as recipe.yaml. It is whole: the profile’s figures, the data and what "
            f"options changed are in it. Every draw follows from its seed, {recipe.get('seed', 0)}: on the "
            "same software and the same kind of processor it gives the same tables.",
        ],
        code=[("Command", "kgan run recipe.yaml"), ("recipe.yaml", text)],
    )


def files_section(steps: Steps, own: list[str]) -> Section:
    """Make the section that links to what lies beside the page."""
    links = [path for step in steps for path in step.published] + own
    return Section(
        "files",
        "Files",
        paragraphs=["In the run’s folder, beside this page:" if links else "Nothing lies beside this page."],
        links=sorted(dict.fromkeys(links)),
    )


def _rate(step: FinishedStep) -> float | None:
    images = step.facts.get("images_seen")
    if step.kind in _MAKES_IMAGES:
        images = step.facts.get("images")
    elif step.kind == "prepare":
        images = sum(sum(split.values()) for split in (step.facts.get("counts") or {}).values())
    return images / step.seconds if images and step.seconds > 0 else None
