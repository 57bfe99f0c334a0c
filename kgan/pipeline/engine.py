"""Runs a plan: one step after the other, the finished ones skipped, each in its own process.

The first step that fails ends the run, unless the run can do without it (`kgan.pipeline.optional`). An
analysis for which the data are too few (a `DataError`) is finished and left out: another try would end
alike. One that fails for another reason is not finished; the run goes on, makes the report without it and
ends with the error; the next run tries it again. So does a finished one that is found damaged and fails when
it is made again. A step without a result in a run publishes none, not even an earlier one.
"""

import platform
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from kgan import __version__
from kgan.errors import DataError, KganError, RunError
from kgan.files.atomic import PREFIX
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.worker import Execute, execute
from kgan.pipeline.lock import lock
from kgan.pipeline.optional import LEFT_OUT, optional_steps
from kgan.pipeline.records import manifest
from kgan.pipeline.records.publish import is_published, publish, withdraw
from kgan.pipeline.records.run_record import write_record
from kgan.pipeline.settings import type_name
from kgan.pipeline.signals import terminable
from kgan.pipeline.state.identity import identities
from kgan.pipeline.state.status import Standing, status
from kgan.pipeline.step import Step
from kgan.progress import Progress, Silent


def run(
    steps: Sequence[Step[Any]],
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
        KganError: a step cannot be done, or another run works in the folder. Of steps that a run can do
            without it is raised at the end.
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
        steps: Sequence[Step[Any]],
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
        self.optional = optional_steps(steps)
        #: What failed and the run does without, and what would have been made of it.
        self.failed: dict[str, Exception] = {}
        self.missing: dict[str, str] = {}

    def run_all(self, before: Sequence[Standing]) -> None:
        for number, standing in enumerate(before, 1):
            lacks = self.lacks(standing.step)
            if standing.finished and lacks is None:
                self.show(standing.step)
                continue
            why = f"{lacks} failed" if standing.finished else standing.why
            self.progress.say(f"step {number}/{len(before)} {standing.step} ({why})")
            self.attempt(standing.step)
        self.raise_failed()

    def attempt(self, name: str) -> None:
        """Run one step, with what it needs; go on without it if it fails and the run can do without it."""
        self.provide(name)
        lacks = self.in_vain(name)
        if lacks is not None:
            self.do_without(name, f"it needs {lacks}, which failed")
            self.progress.say(f"{name}: not made, as {self.missing[name]}")
            return
        with self.guarded(name):
            self.make(name)

    def provide(self, name: str) -> None:
        """Make damaged needs of a step again, until one fails that it cannot be made without."""
        for need in self.steps[name].needs:
            if need not in self.missing and self.in_vain(name) is None:
                self.verify(need)

    def lacks(self, name: str) -> str | None:
        """Name the first need of a step that failed."""
        return next(iter(self.without(name)), None)

    def in_vain(self, name: str) -> str | None:
        """Name a need that failed and without which a step cannot be made; the report can be."""
        return None if self.steps[name].settings.role == "summary" else self.lacks(name)

    @contextmanager
    def guarded(self, name: str) -> Iterator[None]:
        """Go on if work on one step fails, and on no other, and the run can do without that step."""
        try:
            yield
        except Exception as error:
            if name not in self.optional:
                raise
            self.failed[name] = error
            self.do_without(name, _first_line(error))
            self.progress.say(f"{name} failed; the run goes on without it: {self.missing[name]}")

    def do_without(self, name: str, reason: str) -> None:
        """Note why a step has no result in this run, and let none of an earlier one stand for it."""
        self.missing[name] = reason
        self.withdraw_results(name)

    def withdraw_results(self, name: str) -> None:
        """Remove from the run's root what a step published before."""
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

    def raise_failed(self) -> None:
        """Raise what failed on the way, a fault of ours before a user's mistake."""
        faults = [error for error in self.failed.values() if not isinstance(error, KganError)]
        if faults:
            raise faults[0]
        for name, error in self.failed.items():
            others = [other for other in self.missing if other != name]
            also = f" (and without {', '.join(others)})" if others else ""
            raise RunError(
                f"{name} failed, and all else is done without it{also}, the report too: {error} The same "
                "command tries it again"
            ) from error

    def place(self, name: str) -> Path:
        return self.folder / "steps" / name / self.made_of[name]["id"]

    def make(self, name: str) -> None:
        """Run one step, once its needs are verified. A result that is not whole goes first.

        With it goes what it published: only its manifest says what that was.
        """
        place = self.place(name)
        if place.exists():
            if name in self.optional:
                self.withdraw_results(name)
            shutil.rmtree(place)
        partial = place.with_suffix(".partial")
        partial.mkdir(parents=True, exist_ok=True)
        try:
            done = self.executor(self.context(name, partial))
        except DataError as error:
            if name not in self.optional:
                raise
            done = self.leave_out(name, partial, str(error))
        self.finish(name, partial, done)

    def leave_out(self, name: str, partial: Path, reason: str) -> dict[str, Any]:
        """Empty the folder of a step for which the data are too few, and withdraw what it published."""
        shutil.rmtree(partial)
        partial.mkdir()
        self.progress.say(f"{name} is left out: {reason}")
        facts = {LEFT_OUT: reason, "withdraw": self.published(name)}
        return {"facts": facts, "seconds": 0.0, "peak_memory_mb": 0}

    def verify(self, name: str) -> None:
        """Make sure that a finished step's files are what was written; make them again if they are not."""
        if name in self.verified:
            return
        again = self.lacks(name) is not None
        with self.guarded(name):
            again = again or self.is_damaged(name)
        if again:
            self.attempt(name)
        if name not in self.missing:
            self.verified.add(name)

    def is_damaged(self, name: str) -> bool:
        """Tell whether a finished step's files are not what was written, and say so."""
        place = self.place(name)
        record = manifest.read(place)
        if record is None or manifest.foreign(record, name, self.made_of[name]):
            harm: str | None = "its manifest"
        else:
            harm = manifest.damaged(place, record)
        if harm is not None:
            self.progress.say(f"{place}: {harm} is damaged or gone; not used, making step {name} again")
        return harm is not None

    def context(self, name: str, out: Path) -> StepContext[Any]:
        step = self.steps[name]
        inputs = {need: self.place(need) for need in step.needs if need not in self.missing}
        return StepContext(name, step.settings, inputs, out, self.progress, self.compute, self.without(name))

    def without(self, name: str) -> dict[str, str]:
        """Return the needs of a step that failed, with the reasons."""
        return {need: self.missing[need] for need in self.steps[name].needs if need in self.missing}

    def finish(self, name: str, partial: Path, done: Mapping[str, Any]) -> None:
        """Turn the filled folder into a finished one."""
        facts = dict(done["facts"])
        record = {
            "step": name,
            "id": self.made_of[name]["id"],
            "kind": self.steps[name].kind,
            "settings": self.steps[name].settings.to_json(),
            "settings_type": type_name(self.steps[name].settings),
            "made_of": self.made_of[name],
            "publish": facts.pop("publish", {}),
            "facts": facts,
            "without": self.without(name),
            "seconds": round(done["seconds"], 2),
            "peak_memory_mb": done["peak_memory_mb"],
            "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "versions": _versions(),
            "outputs": manifest.outputs(partial),
        }
        manifest.write(partial, record)
        if manifest.read(partial) is None:
            raise RuntimeError(
                f"step {name} publishes what it did not write, or outside the run: {record['publish']}"
            )
        partial.rename(self.place(name))
        self.verified.add(name)
        self.show(name)

    def show(self, name: str) -> None:
        """Forget a finished step's checkpoints and bring what it publishes up to date."""
        shutil.rmtree(self.place(name) / manifest.SCRATCH, ignore_errors=True)
        if not is_published(self.place(name), self.folder):
            self.verify(name)
        if name not in self.missing:
            with self.guarded(name):
                publish(self.place(name), self.folder)


def _first_line(error: Exception) -> str:
    """Return an error in one line: of a fault of ours the last one of its traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return lines[0] if isinstance(error, KganError) else f"a fault of kgan or of a plugin ({lines[-1]})"


def _sweep(folder: Path) -> None:
    """Remove what a killed run was writing; no other run writes here while the lock is held."""
    for left_over in list(folder.rglob(f"{PREFIX}*")):
        if left_over.is_dir() and not left_over.is_symlink():
            shutil.rmtree(left_over, ignore_errors=True)
        else:
            left_over.unlink(missing_ok=True)


def _versions() -> dict[str, str]:
    names = ("tensorflow", "keras", "numpy", "scikit-learn", "statsmodels", "h5py")
    installed = {name: metadata.version(name) for name in names}
    return {"kgan": __version__, "python": platform.python_version(), **installed, "platform": sys.platform}
