"""A run's folder as its own record says: the recipe, and the steps that are finished."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgan.errors import RunError
from kgan.pipeline.records import manifest
from kgan.pipeline.records.cleaning import LAST
from kgan.pipeline.records.run_folder import Steps, read_steps


@dataclass(frozen=True)
class FinishedRun:
    """The finished steps of a run.

    Args:
        folder: of the run.
        recipe: as resolved.
        steps: in the record's order.
        unfinished: steps of the recipe that are not finished, or of which a file is gone; "report" among them
            where the last run was of a part of the recipe.
    """

    folder: Path
    recipe: Mapping[str, Any]
    steps: Steps
    unfinished: tuple[str, ...] = ()

    @property
    def folders(self) -> dict[str, Path]:
        """Folder of each finished step, by its name."""
        return {step.name: step.folder for step in self.steps}


def read_run(folder: Path) -> FinishedRun:
    """Read which steps of a run are finished.

    Raises:
        RunError: the folder is no run, its data have not been prepared, or it is of another version of kgan.
    """
    record = folder / "run.json"
    try:
        values = json.loads(record.read_text(encoding="utf-8"))
        ids = {str(name): str(step["id"]) for name, step in values["steps"].items()}
        recipe = dict(values["recipe"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{record}: missing or no record of a run; expected the folder that 'kgan run' wrote, such as "
            "runs/two_step-demo"
        ) from error
    folders = {name: folder / "steps" / name / number for name, number in ids.items()}
    manifests = {name: manifest.read(place) or {} for name, place in folders.items()}
    finished = {
        name: values
        for name, values in manifests.items()
        if (values.get("step"), values.get("id")) == (name, ids[name])
    }
    if "prepare" not in finished:
        raise RunError(f"{folder}: its data are not prepared; finish 'kgan run' with this recipe first")
    unfinished = tuple(
        name
        for name in dict.fromkeys((*ids, LAST))
        if name not in finished or manifest.missing(folders[name], finished[name])
    )
    return FinishedRun(folder, recipe, read_steps(folders, finished), unfinished)
