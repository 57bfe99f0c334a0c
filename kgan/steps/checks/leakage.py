"""Which patients an artefact derives from, and the seal on those of the test split.

Every step that fits something states the patients behind it in its manifest (``facts.patients``); what is
made from it inherits them. A step that takes such artefacts refuses those that derive from a person whom it
is tested on, whoever put that person's scan there. The seal is on persons: several scans of one are one, and
so are two spellings of one name (`kgan.identifiers`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeGuard

from kgan.data.cohort.split import SPLITS
from kgan.data.store.store import ImageStore
from kgan.errors import RunError
from kgan.identifiers import canonical
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.steps.persons import persons_by


@dataclass(frozen=True)
class Seal:
    """Who is tested on.

    Args:
        patients: identifiers of their scans.
        subjects: patient -> who was scanned, where that is another name; several scans of one person are one.
        cohort: all patients that are in a split, whom alone artefacts can derive from; empty where unknown.
    """

    patients: frozenset[str] = frozenset()
    subjects: Mapping[str, str] = field(default_factory=dict)
    cohort: frozenset[str] = frozenset()

    @classmethod
    def of(cls, prepared: Path, tested: Iterable[str] = ()) -> "Seal":
        """Seal the test split of a prepare step: all who were drawn into it, with images or without.

        Args:
            prepared: the step's folder.
            tested: further patients who are tested on, such as those of a table of predictions.

        Raises:
            RunError: the folder does not say whole who is in which split.
        """
        facts = _facts(prepared)
        parts, subjects = facts.get("patients"), facts.get("subjects", {})
        if not _are_parts(parts) or not isinstance(subjects, Mapping):
            raise RunError(
                f"{prepared / manifest.FILE} does not say which patients are in which split; expected "
                f"'patients' with lists for {', '.join(SPLITS)}. Remove that folder and run again."
            )
        with ImageStore(prepared / "test.h5") as store:
            named = {*store.patients.tolist(), *parts["test"], *tested}
        return cls(frozenset(named) - {""}, subjects, frozenset().union(*parts.values()))

    def touched(self, patients: Iterable[str]) -> list[str]:
        """Return which of these patients are sealed, or are another scan of somebody who is, sorted."""
        persons = {self._person(patient) for patient in self.patients}
        return sorted(one for one in set(patients) if self._person(one) in persons)

    def strangers(self, patients: Iterable[str]) -> list[str]:
        """Return which of these patients are not of the cohort, sorted; none where it is not known."""
        known = {canonical(patient) for patient in self.cohort}
        return sorted(one for one in set(patients) if known and canonical(one) not in known)

    def refuse(self, taker: str, artefact: str, patients: Iterable[str], folder: Path) -> None:
        """Refuse what derives from somebody who is tested on.

        Args:
            taker: the step that would use the artefact.
            artefact: its name, for the message.
            patients: whom it derives from.
            folder: what is to be removed and made again.

        Raises:
            RunError: one of them is sealed; the message names up to three.
        """
        leaked = self.touched(patients)
        if leaked:
            raise RunError(
                f"{taker}: {artefact} derives from test patients: {_first(leaked)}; expected training "
                "patients alone, as a result on these would be worthless. Remove the folder "
                f"{folder} and run again."
            )

    def _person(self, patient: str) -> str:
        return canonical(self._named(patient))

    @cached_property
    def _named(self) -> Callable[[str], str]:
        return persons_by(self.subjects)


def learning_from(
    context: StepContext,
    patients: Iterable[str],
    steps: Iterable[str] = (),
    validated: Iterable[str] = (),
) -> list[str]:
    """Return whom a step derives from that is fitted to images of the training split and to other artefacts.

    Args:
        context: of the step; ``prepare`` is among its inputs and says who is tested on.
        patients: of the real images that it sees.
        steps: names of its other inputs that it learns from.
        validated: patients of the validation images that decide when it stops.

    Returns:
        list: the patients, sorted, for ``facts.patients`` of its manifest.

    Raises:
        RunError: one of them is of the test split; the message names the patient and where it comes from.
    """
    seal = Seal.of(context.prepared)
    own, others = set(patients), set(validated)
    seal.refuse(context.name, "the training split", own, context.prepared)
    seal.refuse(context.name, "the validation split", others, context.prepared)
    return sorted({*own, *others, *derived(context, steps, seal)})


def derived(context: StepContext, steps: Iterable[str], seal: Seal | None = None) -> list[str]:
    """Return the patients that the named inputs of a step derive from, by their manifests, sorted.

    Args:
        context: of the step that takes them.
        steps: names among its inputs.
        seal: on those from whom none may derive; none where nobody is tested on yet.

    Raises:
        RunError: an input does not say whom it derives from, names no patient or one who is not of
            the cohort, or it derives from a sealed patient; both are named.
    """
    names: set[str] = set()
    seal = seal or Seal()
    for step in steps:
        folder = context.inputs[step]
        found = _facts(folder, step).get("patients")
        if not _are_names(found) or not found:
            raise _silent(context, step, f"{step} does not say which patients it derives from")
        if strangers := seal.strangers(found):
            raise _silent(context, step, f"{step} derives from {_first(strangers)}, not of this cohort")
        seal.refuse(context.name, step, found, folder)
        names.update(found)
    return sorted(names)


def _silent(context: StepContext, step: str, what: str) -> RunError:
    folder = context.inputs[step]
    return RunError(
        f"{context.name}: {what}, so it may hold test patients; expected 'patients' of this cohort in "
        f"{folder / manifest.FILE}. Remove that folder and run again."
    )


def _facts(folder: Path, step: str | None = None) -> dict[str, Any]:
    """Return the facts of a finished step, or of a preparation; none where the folder is not that step's."""
    found = manifest.read(folder) or {}
    is_meant = found.get("does") == "prepare" if step is None else found.get("step") == step
    return dict(found.get("facts", {})) if is_meant else {}


def _are_names(found: Any) -> TypeGuard[list[str]]:
    return isinstance(found, list) and all(isinstance(name, str) and name for name in found)


def _are_parts(found: Any) -> TypeGuard[Mapping[str, list[str]]]:
    return isinstance(found, Mapping) and all(_are_names(found.get(split)) for split in SPLITS)


def _first(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
