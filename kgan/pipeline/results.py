"""The folders of a run's steps: filled, finished, verified, published."""

import platform
import shutil
import sys
import time
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from kgan import __version__
from kgan.files.atomic import PREFIX
from kgan.pipeline.execution.backend import Outcome
from kgan.pipeline.optional import LEFT_OUT
from kgan.pipeline.records import manifest
from kgan.pipeline.records.publish import is_published, publish, withdraw
from kgan.pipeline.settings import type_name
from kgan.pipeline.state.identity import identities
from kgan.pipeline.step import Step


class Results:
    """Results of a plan's steps in a run's folder.

    Args:
        steps: of the plan.
        folder: the run's folder.
    """

    def __init__(self, steps: Iterable[Step[Any]], folder: Path) -> None:
        self.steps = {step.name: step for step in steps}
        self.folder = folder
        self._made_of = identities(self.steps.values())

    def place(self, name: str) -> Path:
        """Return the folder of a step's finished result."""
        return self.folder / "steps" / name / self._made_of[name]["id"]

    def partial(self, name: str) -> Path:
        """Return the folder that a step fills."""
        return self.place(name).with_suffix(".partial")

    def begin(self, name: str, *, withdrawing: bool) -> Path:
        """Return the folder that a step fills; a damaged result of it is removed first.

        Args:
            name: of the step.
            withdrawing: whether what the damaged result published is removed too. Only its manifest lists it.
        """
        place, partial = self.place(name), self.partial(name)
        if place.exists():
            if withdrawing:
                self.withdraw(name)
            shutil.rmtree(place)
        partial.mkdir(parents=True, exist_ok=True)
        return partial

    def leave_out(self, name: str, reason: str) -> Outcome:
        """Empty the folder of a step for which the data are too few; return its outcome."""
        partial = self.partial(name)
        shutil.rmtree(partial)
        partial.mkdir()
        return Outcome({LEFT_OUT: reason, "withdraw": self.published(name)}, 0.0, 0, {})

    def finish(self, name: str, outcome: Outcome, without: Mapping[str, str]) -> None:
        """Turn the filled folder of a step into a finished one.

        Args:
            name: of the step.
            outcome: what it returned.
            without: needs that failed, with the reasons.

        Raises:
            RuntimeError: the step publishes what it did not write.
        """
        partial, settings = self.partial(name), self.steps[name].settings
        facts = dict(outcome.facts)
        record = {
            "step": name,
            "id": self._made_of[name]["id"],
            "kind": settings.kind,
            "settings": settings.to_json(),
            "settings_type": type_name(settings),
            "made_of": self._made_of[name],
            "publish": facts.pop("publish", {}),
            "facts": facts,
            "without": dict(without),
            "seconds": round(outcome.seconds, 2),
            "peak_memory_mb": outcome.peak_memory_mb,
            "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "versions": _versions(),
            **outcome.machine,
            "outputs": outcome.outputs,
        }
        manifest.write(partial, record)
        if manifest.read(partial) is None:
            raise RuntimeError(
                f"step {name} publishes what it did not write, or outside the run: {record['publish']}"
            )
        partial.rename(self.place(name))

    def harm(self, name: str) -> str | None:
        """Name the first file of a finished step that is not what was written; ``None`` if all are whole."""
        place = self.place(name)
        record = manifest.read(place)
        if record is None or manifest.foreign(record, name, self._made_of[name]):
            return "its manifest"
        return manifest.damaged(place, record)

    def tidy(self, name: str) -> None:
        """Remove a finished step's checkpoints."""
        shutil.rmtree(self.place(name) / manifest.SCRATCH, ignore_errors=True)

    def is_published(self, name: str) -> bool:
        """Return whether the run's root has what a step publishes."""
        return is_published(self.place(name), self.folder)

    def publish(self, name: str) -> None:
        """Bring what a step publishes up to date in the run's root."""
        publish(self.place(name), self.folder)

    def withdraw(self, name: str) -> None:
        """Remove from the run's root what any result of a step published."""
        withdraw(self.published(name), self.folder)

    def published(self, name: str) -> list[str]:
        """Return what all results of a step that lie in the run's folder publish."""
        home = self.folder / "steps" / name
        manifests = [manifest.read(path.parent) or {} for path in home.glob(f"*/{manifest.FILE}")]
        return sorted(
            {
                place
                for record in manifests
                if record.get("step") == name
                for place in record.get("publish", {})
            }
        )

    def sweep(self) -> None:
        """Remove what a killed run was writing; no other run writes here while the lock is held."""
        for left_over in list(self.folder.rglob(f"{PREFIX}*")):
            if left_over.is_dir() and not left_over.is_symlink():
                shutil.rmtree(left_over, ignore_errors=True)
            else:
                left_over.unlink(missing_ok=True)


def _versions() -> dict[str, str]:
    names = ("tensorflow", "keras", "numpy", "scikit-learn", "statsmodels", "h5py")
    installed = {name: metadata.version(name) for name in names}
    return {"kgan": __version__, "python": platform.python_version(), **installed, "platform": sys.platform}
