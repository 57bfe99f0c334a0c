"""Runs a plan: one step after the other, the finished ones skipped, each in its own process."""

import platform
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from kgan import __version__
from kgan.atomic import PREFIX
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.pipeline.identity import identities
from kgan.pipeline.lock import lock
from kgan.pipeline.publish import publish
from kgan.pipeline.record import write_record
from kgan.pipeline.signals import terminable
from kgan.pipeline.status import Standing, status
from kgan.pipeline.worker import Execute, execute
from kgan.progress import Progress, Silent
from kgan.recipe.plan import Step


def run(
    steps: Sequence[Step],
    folder: Path,
    *,
    compute: Mapping[str, Any] | None = None,
    resolved: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    executor: Execute = execute,
    notes: Sequence[str] = (),
) -> tuple[Standing, ...]:
    """Bring every step of a plan to its end.

    Args:
        steps: in an order in which each follows what it needs.
        folder: the run's folder; nothing is written outside it.
        compute: devices and checkpoints.
        resolved: the recipe as resolved, for ``run.json``.
        progress: shown what goes on.
        executor: runs one step; a process of its own unless a test says otherwise.
        notes: lines that are shown before the first step that is run.

    Returns:
        tuple: how each step stood *before* this run.

    Raises:
        KganError: a step cannot be done, or another run works in the folder.
        KeyboardInterrupt: the user interrupted; the same command goes on.
    """
    with terminable(), lock(folder):
        _sweep(folder)
        before = status(steps, folder)
        engine = _Engine(steps, folder, dict(compute or {}), progress or Silent(), executor)
        write_record(folder, resolved or {}, before, finished=False)
        for note in notes if not all(standing.finished for standing in before) else ():
            engine.progress.say(note)
        engine.run_all(before)
        write_record(folder, resolved or {}, status(steps, folder), finished=True)
    return before


class _Engine:
    def __init__(
        self,
        steps: Sequence[Step],
        folder: Path,
        compute: Mapping[str, Any],
        progress: Progress,
        executor: Execute,
    ) -> None:
        self.steps = {step.name: step for step in steps}
        self.made_of = identities(steps)
        self.folder, self.compute = folder, compute
        self.progress, self.executor = progress, executor
        self.verified: set[str] = set()

    def run_all(self, before: Sequence[Standing]) -> None:
        for number, standing in enumerate(before, 1):
            if standing.finished:
                self.show(standing.step)
                continue
            self.progress.say(f"step {number}/{len(before)} {standing.step} ({standing.why})")
            self.make(standing.step)

    def place(self, name: str) -> Path:
        return self.folder / "steps" / name / self.made_of[name]["id"]

    def make(self, name: str) -> None:
        """Run one step, rebuilding first what it needs and finds damaged."""
        for need in self.steps[name].needs:
            self.verify(need)
        place = self.place(name)
        if place.exists():
            shutil.rmtree(place)
        partial = place.with_suffix(".partial")
        partial.mkdir(parents=True, exist_ok=True)
        done = self.executor(self.steps[name].does, self.context(name, partial))
        self.finish(name, partial, done)

    def verify(self, name: str) -> None:
        """Make sure that a finished step's files are what was written; make them again if they are not."""
        if name in self.verified:
            return
        place = self.place(name)
        found = manifest.read(place)
        if found is None or manifest.foreign(found, name, self.made_of[name]):
            harm: str | None = "its manifest"
        else:
            harm = manifest.damaged(place, found)
        if harm is not None:
            self.progress.say(f"{place}: {harm} is damaged or gone; not used, making step {name} again")
            self.make(name)
        self.verified.add(name)

    def context(self, name: str, out: Path) -> StepContext:
        step = self.steps[name]
        inputs = {need: self.place(need) for need in step.needs}
        return StepContext(name, step.settings, inputs, out, self.progress, self.compute)

    def finish(self, name: str, partial: Path, done: Mapping[str, Any]) -> None:
        """Turn the filled folder into a finished one."""
        facts = dict(done["facts"])
        about = {
            "step": name,
            "id": self.made_of[name]["id"],
            "does": self.steps[name].does,
            "settings": self.steps[name].settings,
            "made_of": self.made_of[name],
            "publish": facts.pop("publish", {}),
            "facts": facts,
            "seconds": round(done["seconds"], 2),
            "peak_memory_mb": done["peak_memory_mb"],
            "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "versions": _versions(),
            "outputs": manifest.outputs(partial),
        }
        manifest.write(partial, about)
        partial.rename(self.place(name))
        self.verified.add(name)
        self.show(name)

    def show(self, name: str) -> None:
        """Forget a finished step's checkpoints and bring what it publishes up to date."""
        shutil.rmtree(self.place(name) / manifest.SCRATCH, ignore_errors=True)
        publish(self.place(name), self.folder, lambda: self.verify(name))


def _sweep(folder: Path) -> None:
    """Remove what a killed run was writing; nobody else writes here while the lock is held."""
    for left_over in folder.rglob(f"{PREFIX}*"):
        left_over.unlink(missing_ok=True)


def _versions() -> dict[str, str]:
    names = ("tensorflow", "keras", "numpy", "scikit-learn", "statsmodels", "h5py")
    installed = {name: metadata.version(name) for name in names}
    return {"kgan": __version__, "python": platform.python_version(), **installed, "platform": sys.platform}
