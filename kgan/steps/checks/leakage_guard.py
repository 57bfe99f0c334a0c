"""The guard against leakage: what derives from a test patient is refused here, and nowhere else.

Every step that is fitted to images records the patients behind it in its manifest (``facts.patients``); what
is made from it inherits them. A step that takes such artefacts refuses those that derive from a person whom
it is tested on, whoever put that person's scan there. Patients held back for positive controls are guarded
in the same way: nothing derives from them but classifiers of setups with the source ``further_real``. The
guard is on persons: several scans of one are one, and so are two spellings of one name (`kgan.identifiers`).

A step calls `training_patients` for the images that it is fitted to, or `source_patients` for the artefacts
that it takes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kgan.data.store.store import ImageStore
from kgan.errors import RunError
from kgan.identifiers import canonical
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.steps.persons import persons_by
from kgan.steps.recorded_patients import read_preparation, read_source_patients


@dataclass(frozen=True)
class LeakageGuard:
    """Who is tested on, and who is held back for positive controls.

    Args:
        patients: identifiers of the scans of those who are tested on.
        subjects: patient -> who was scanned, where that is another name; several scans of one person are one.
        cohort: all patients that are in a split, whom alone artefacts can derive from; empty where unknown.
        further: patients from whom classifiers of positive controls alone may derive.
    """

    patients: frozenset[str] = frozenset()
    subjects: Mapping[str, str] = field(default_factory=dict)
    cohort: frozenset[str] = frozenset()
    further: frozenset[str] = frozenset()

    @classmethod
    def of(cls, prepared: Path, tested: Iterable[str] = ()) -> "LeakageGuard":
        """Guard the test split of a preparation and its further patients: all who were drawn into these.

        With images or without.

        Args:
            prepared: folder of the preparation.
            tested: others who are tested on, such as the patients of a table of predictions.

        Raises:
            RunError: the folder does not say whole who is in which split.
        """
        record = read_preparation(prepared)
        with ImageStore(prepared / "test.h5") as store:
            patients = {*store.patients.tolist(), *record.patients.test, *tested}
        further = frozenset(record.patients.further)
        return cls(frozenset(patients) - {""}, record.subjects, record.patients.everyone(), further)

    def of_positive_control(self) -> "LeakageGuard":
        """Return the guard on what may derive from further patients: on those who are tested on alone."""
        return replace(self, further=frozenset())

    def leaked(self, patients: Iterable[str]) -> list[str]:
        """Return which of these patients are tested on, or are another scan of somebody who is, sorted."""
        return self._same_persons(patients, self.patients)

    def held_back(self, patients: Iterable[str]) -> list[str]:
        """Return which of these patients are further ones, or are another scan of one, sorted."""
        return self._same_persons(patients, self.further)

    def outside_cohort(self, patients: Iterable[str]) -> list[str]:
        """Return which of these patients are not of the cohort, sorted; none where it is not known."""
        known = {canonical(patient) for patient in self.cohort}
        return sorted(patient for patient in set(patients) if known and canonical(patient) not in known)

    def refuse(self, step: str, artefact: str, patients: Iterable[str], folder: Path) -> None:
        """Refuse what derives from somebody who is tested on or held back.

        Args:
            step: that would use the artefact.
            artefact: its name, for the message.
            patients: whom it derives from.
            folder: what is to be removed and made again.

        Raises:
            RunError: one of them is tested on or held back; the message names up to three.
        """
        names = list(patients)
        refused = (
            ("test", self.leaked(names), "a result on these would be worthless"),
            (
                "further",
                self.held_back(names),
                "these are held back for the classifiers of positive controls",
            ),
        )
        for part, leaked, reason in refused:
            if leaked:
                raise RunError(
                    f"{step}: {artefact} derives from {part} patients: {_first(leaked)}; expected training "
                    f"patients alone, as {reason}. Remove the folder {folder} and run again."
                )

    def _same_persons(self, patients: Iterable[str], others: Iterable[str]) -> list[str]:
        persons = {self._person(patient) for patient in others}
        return sorted(patient for patient in set(patients) if self._person(patient) in persons)

    def _person(self, patient: str) -> str:
        return canonical(self._named(patient))

    @cached_property
    def _named(self) -> Callable[[str], str]:
        return persons_by(self.subjects)


def training_patients(
    context: StepContext[Any],
    patients: Iterable[str],
    steps: Iterable[str] = (),
    validated: Iterable[str] = (),
    further: Iterable[str] = (),
) -> list[str]:
    """Return whom a step derives from that is fitted to images of the training split and to other artefacts.

    Args:
        context: of the step; ``prepare`` is among its inputs and says who is tested on.
        patients: of the real images that it sees.
        steps: names of its other inputs that it learns from.
        validated: patients of the validation images that decide when it stops.
        further: patients of the source ``further_real``, of which a classifier may learn and nothing else.

    Returns:
        list: the patients, sorted, for ``facts.patients`` of its manifest.

    Raises:
        RunError: one of them is of the test split, or is held back; the message names the patient and where
            it comes from.
    """
    guard = LeakageGuard.of(context.prepared)
    train, validation, held_back = set(patients), set(validated), set(further)
    guard.refuse(context.name, "the training split", train, context.prepared)
    guard.refuse(context.name, "the validation split", validation, context.prepared)
    guard.of_positive_control().refuse(context.name, "the further split", held_back, context.prepared)
    if strangers := sorted(held_back - guard.further):
        raise RunError(
            f"{context.name}: the further split has images of {_first(strangers)}, who are not among the "
            f"further patients of the preparation. Remove the folder {context.prepared} and run again."
        )
    return sorted({*train, *validation, *held_back, *source_patients(context, steps, guard)})


def source_patients(
    context: StepContext[Any], steps: Iterable[str], guard: LeakageGuard | None = None
) -> list[str]:
    """Return the patients that the named inputs of a step derive from, by their manifests, sorted.

    Args:
        context: of the step that takes them.
        steps: names among its inputs.
        guard: on those from whom none may derive; none where no patient is tested on yet.

    Raises:
        RunError: an input does not say whom it derives from, names no patient or one who is not of
            the cohort, or it derives from a patient who is tested on or held back; both are named.
    """
    names: set[str] = set()
    guard = guard or LeakageGuard()
    for step in steps:
        folder = context.inputs[step]
        patients = read_source_patients(folder, step)
        if patients is None:
            raise _unknown(context, step, f"{step} does not say which patients it derives from")
        if outside := guard.outside_cohort(patients):
            raise _unknown(context, step, f"{step} derives from {_first(outside)}, not of this cohort")
        guard.refuse(context.name, step, patients, folder)
        names.update(patients)
    return sorted(names)


def _unknown(context: StepContext[Any], step: str, what: str) -> RunError:
    folder = context.inputs[step]
    return RunError(
        f"{context.name}: {what}, so it may hold test patients; expected 'patients' of this cohort in "
        f"{folder / manifest.FILE}. Remove that folder and run again."
    )


def _first(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
