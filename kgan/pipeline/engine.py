"""Runs a plan: finished steps are skipped, the others run as soon as what they need is finished.

A step that fails ends neither the run at once nor the steps that do not need it. If the run can do without
it (`kgan.pipeline.optional`), the report is made without it; the run ends with the error either way. An
analysis for which the data are too few (a `DataError`) is finished and left out: another try would end
alike. A step without a result in a run publishes none, not even an earlier one.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Any

from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import Backend, Outcome
from kgan.pipeline.execution.demand import Demands
from kgan.pipeline.failures import first_line, what_is_kept, without_all
from kgan.pipeline.forecast import Forecast, Room
from kgan.pipeline.lock import lock
from kgan.pipeline.optional import optional_steps
from kgan.pipeline.records.run_record import write_record
from kgan.pipeline.results import Results
from kgan.pipeline.signals import Requests, deferred
from kgan.pipeline.state.status import Standing, status
from kgan.pipeline.step import Step
from kgan.progress import MeasuredProgress, RunProgress, SilentRun

#: Seconds between two looks at the time left.
_INTERVAL = 1.0


def run(
    steps: Sequence[Step[Any]],
    folder: Path,
    *,
    backend: Backend,
    compute: Mapping[str, Any] | None = None,
    resolved: Mapping[str, Any] | None = None,
    progress: RunProgress | None = None,
    forecast: Forecast | None = None,
    notes: Sequence[str] = (),
) -> tuple[Standing, ...]:
    """Bring every step of a plan to its end.

    Args:
        steps: in an order in which each follows what it needs.
        folder: the run's folder; nothing is written outside it.
        backend: where the steps run; it is closed at the end.
        compute: devices, threads and checkpoints.
        resolved: the recipe as resolved, for ``run.json``.
        progress: shown what goes on.
        forecast: expected times of the steps: which of them start first, and the time left.
        notes: lines that are shown before the first step that is run.

    Returns:
        tuple: how each step stood *before* this run.

    Raises:
        KganError: a step cannot be done, or another run works in the folder. It is raised when all steps that
            do not need the failed one are done.
        KeyboardInterrupt: the user interrupted; the same command goes on.
    """
    with backend, deferred() as requests, lock(folder):
        before = status(steps, folder)
        engine = _Engine(
            Results(steps, folder), backend, compute or {}, progress or SilentRun(), forecast or _even(steps)
        )
        engine.results.sweep()
        write_record(folder, resolved or {}, before, finished=False)
        if not all(standing.finished for standing in before):
            for note in (*notes, backend.description):
                engine.progress.say(note)
        engine.run_all(before, requests)
        write_record(folder, resolved or {}, status(steps, folder), finished=True)
    return before


class _Engine:
    def __init__(
        self,
        results: Results,
        backend: Backend,
        compute: Mapping[str, Any],
        progress: RunProgress,
        forecast: Forecast,
    ) -> None:
        self.steps, self.results, self.backend = results.steps, results, backend
        self.compute, self.progress, self.forecast = compute, progress, forecast
        self.demands = Demands(compute, gpus=backend.gpus)
        self.gpus = self.demands.gpus(self.steps.values())
        self.optional = optional_steps(self.steps.values())
        self.numbers = {name: number for number, name in enumerate(self.steps, 1)}
        #: Steps that are to run, with the reasons; those that run; those that are finished, and read again.
        self.waiting: dict[str, str] = {}
        self.running: dict[Future[Outcome], str] = {}
        self.reports: dict[str, MeasuredProgress] = {}
        self.finished: set[str] = set()
        self.verified: set[str] = set()
        #: What failed; what has no result although the run can do without it; what needs a failed step.
        self.failed: dict[str, BaseException] = {}
        self.missing: dict[str, str] = {}
        self.abandoned: set[str] = set()

    def run_all(self, before: Sequence[Standing], requests: Requests) -> None:
        """Run until no step is left that can be done, or until the user requests to end."""
        for standing in before:
            if standing.finished:
                self.finished.add(standing.step)
            else:
                self.waiting[standing.step] = standing.why
        try:
            for name in list(self.steps):
                if name in self.finished:
                    self.show(name)
            while self.waiting or self.running:
                requests.check()
                started = self.start_next()
                self.collect(0.0 if started else _INTERVAL)
                self.tell_total()
        except BaseException:
            self.stop()
            requests.check()  # a step that received the signal too may have ended first
            raise
        if self.failed:
            raise self.ending()

    def start_next(self) -> bool:
        """Start the ready step with the longest path after it, as far as there is room; settle vain ones.

        A step that waits for GPUs keeps them from those behind it.
        """
        reserved = 0
        for name in sorted(self.ready(), key=lambda name: (-self.forecast.path(name), self.numbers[name])):
            if self.settle_in_vain(name):
                return True
            demand = self.demands.of(self.steps[name].settings)
            if not self.backend.has_room(demand) or (reserved and demand.gpus):
                reserved += demand.gpus
                continue
            if self.has_whole_needs(name):
                self.start(name)
            return True
        return False

    def ready(self) -> Iterator[str]:
        """Yield the waiting steps whose needs are settled, and that no check of the run must precede."""
        settled = self.finished | set(self.missing) | self.abandoned
        checks = [name for name in (*self.waiting, *self.running.values()) if self.is_check(name)]
        first = {*checks, *(need for check in checks for need in self.steps[check].needs)}
        for name in list(self.waiting):
            if settled.issuperset(self.steps[name].needs) and (not checks or name in first):
                yield name

    def is_check(self, name: str) -> bool:
        """Return whether a step is a check that precedes all steps that it does not need."""
        return self.steps[name].settings.precedes_all

    def settle_in_vain(self, name: str) -> bool:
        """Return whether a step cannot be made, as a need of it failed; it is settled then."""
        needs = self.steps[name].needs
        if not self.abandoned.isdisjoint(needs):
            del self.waiting[name]
            self.abandoned.add(name)
            return True
        lacks = next(iter(self.without(name)), None)
        if lacks is None or self.steps[name].settings.role == "summary":
            return False
        del self.waiting[name]
        self.do_without(name, f"it needs {lacks}, which failed")
        self.progress.say(f"{name}: not made, as {self.missing[name]}")
        return True

    def has_whole_needs(self, name: str) -> bool:
        """Read what a step needs, each once; a damaged result is made again first."""
        needs = [need for need in self.steps[name].needs if need in self.finished]
        return not [need for need in needs if not self.is_whole(need)]

    def is_whole(self, name: str) -> bool:
        """Return whether a finished step's files are what was written; else it is to run again."""
        if name in self.verified:
            return True
        try:
            harm = self.results.harm(name)
        except OSError as error:
            self.fail(name, error)
            return False
        if harm is None:
            self.verified.add(name)
            return True
        place = self.results.place(name)
        self.progress.say(f"{place}: {harm} is damaged or gone; not used, making step {name} again")
        self.run_again(name, "damaged")
        return False

    def run_again(self, name: str, why: str) -> None:
        """Let a finished step run again."""
        self.finished.discard(name)
        self.verified.discard(name)
        self.waiting[name] = why

    def start(self, name: str) -> None:
        """Start a step whose needs are finished."""
        why = next((f"{need} failed" for need in self.without(name)), self.waiting[name])
        del self.waiting[name]
        self.progress.say(f"step {self.numbers[name]}/{len(self.steps)} {name} ({why})")
        try:
            context = self.context(name, self.results.begin(name, withdrawing=name in self.optional))
            demand = self.demands.of(self.steps[name].settings)
            future = self.backend.submit(context, demand, self.forecast.path(name))
        except OSError as error:
            self.fail(name, error)
            return
        self.running[future] = name

    def context(self, name: str, out: Path) -> StepContext[Any]:
        """Return what a step is given."""
        step = self.steps[name]
        inputs = {need: self.results.place(need) for need in step.needs if need not in self.missing}
        progress = MeasuredProgress(self.progress.start(name))
        self.reports[name] = progress
        return StepContext(name, step.settings, inputs, out, progress, self.compute, self.without(name))

    def without(self, name: str) -> dict[str, str]:
        """Return the needs of a step that failed, with the reasons."""
        return {need: self.missing[need] for need in self.steps[name].needs if need in self.missing}

    def collect(self, seconds: float) -> None:
        """Settle the steps that have ended, after waiting for the first for at most ``seconds``."""
        if not self.running:
            return
        ended = wait(self.running, seconds, return_when=FIRST_COMPLETED).done
        for future in sorted(ended, key=lambda future: self.numbers[self.running[future]]):
            name = self.running.pop(future)
            self.progress.finish(name)
            self.reports.pop(name, None)
            self.settle(name, future)

    def settle(self, name: str, future: "Future[Outcome]") -> None:
        """Finish a step that has ended, or note why it failed."""
        try:
            outcome = self.outcome(name, future)
            self.results.finish(name, outcome, self.without(name))
        except Exception as error:
            self.fail(name, error)
            return
        self.finished.add(name)
        self.verified.add(name)
        self.forecast.finished(name, outcome.seconds)
        self.show(name)

    def outcome(self, name: str, future: "Future[Outcome]") -> Outcome:
        """Return what a step returned; an analysis for which the data are too few is left out."""
        try:
            return future.result()
        except DataError as error:
            if name not in self.optional:
                raise
            self.progress.say(f"{name} is left out: {error}")
            return self.results.leave_out(name, str(error))

    def show(self, name: str) -> None:
        """Remove a finished step's checkpoints and bring what it publishes up to date."""
        try:
            self.results.tidy(name)
            if self.results.is_published(name) or self.is_whole(name):
                self.results.publish(name)
        except Exception as error:
            self.fail(name, error)

    def fail(self, name: str, error: BaseException) -> None:
        """Note why a step failed. Steps that do not need it go on; so does the report where it can."""
        self.finished.discard(name)
        self.failed[name] = error
        reason = first_line(error)
        if name in self.optional:
            self.progress.say(f"{name} failed; the run goes on without it: {reason}")
            self.do_without(name, reason)
        else:
            self.progress.say(f"{name} failed: {reason}")
            self.abandoned.add(name)
        if self.is_check(name):
            self.abandoned |= set(self.waiting)
            self.waiting.clear()

    def do_without(self, name: str, reason: str) -> None:
        """Note why a step has no result in this run, and withdraw that of an earlier one."""
        self.missing[name] = reason
        self.results.withdraw(name)
        for other, step in self.steps.items():
            if name in step.needs and other in self.finished:
                self.run_again(other, f"{name} failed")

    def ending(self) -> BaseException:
        """Return the error with which the run ends; say what is kept where it cannot do without a step."""
        fatal = [name for name in self.failed if name not in self.optional]
        if not fatal:
            return without_all(self.failed, self.missing)
        needing = [name for name in self.steps if name in self.abandoned and name not in fatal]
        self.progress.say(what_is_kept(len(self.finished), len(self.steps), fatal, needing))
        return self.failed[fatal[0]]

    def tell_total(self) -> None:
        """Report how far the run is. A training's rate is known from its progress."""
        for name, report in self.reports.items():
            if self.steps[name].settings.accelerator == "several":
                self.forecast.progressed(name, *report.made)
        running = {name: report.fraction for name, report in self.reports.items()}
        room = Room(self.backend.jobs, self.backend.all_gpus, self.gpus)
        left = self.forecast.left(running, self.waiting, room)
        self.progress.total(len(self.finished), len(self.steps), left)

    def stop(self) -> None:
        """Let running steps save their state, and end them at a second Ctrl-C."""
        if not self.running:
            return
        names = ", ".join(self.running.values())
        try:
            self.progress.say(
                f"interrupted: waiting for {names} to save their state (Ctrl-C again to stop at once)"
            )
            self.backend.interrupt()
            wait(self.running)
        except KeyboardInterrupt:
            self.backend.kill()
            wait(self.running)
        for future, name in self.running.items():
            self.progress.finish(name)
            if future.exception() is None:
                self.settle(name, future)


def _even(steps: Sequence[Step[Any]]) -> Forecast:
    """Return a forecast for which all steps of a kind take equally long."""
    names = [step.name for step in steps]
    return Forecast(steps, dict.fromkeys(names, 1.0), {step.name: step.kind for step in steps})
