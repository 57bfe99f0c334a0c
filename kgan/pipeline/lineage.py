"""Which patients an artefact derives from, and the seal on those of the test split.

Every step that fits something states the patients behind it in its manifest (``facts.patients``); what is
made from it inherits them. A step that takes such artefacts refuses those that derive from a person whom it
is tested on, whoever put that person's scan there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgan.data.store import ImageStore
from kgan.errors import RunError
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext


@dataclass(frozen=True)
class Seal:
    """Who is tested on.

    Args:
        patients: identifiers of their scans.
        subjects: patient -> who was scanned, where that is another name; several scans of one person are one.
    """

    patients: frozenset[str] = frozenset()
    subjects: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, prepared: Path) -> "Seal":
        """Seal the test split of a prepare step: all who were drawn into it, with images or without."""
        facts = _facts(prepared)
        with ImageStore(prepared / "test.h5") as store:
            named = {*store.patients.tolist(), *facts.get("patients", {}).get("test", ())}
        return cls(frozenset(named), facts.get("subjects", {}))

    def touched(self, patients: Iterable[str]) -> list[str]:
        """Return which of these patients are sealed, or are another scan of somebody who is, sorted."""
        persons = {self.subjects.get(patient, patient) for patient in self.patients}
        return sorted(one for one in set(patients) if self.subjects.get(one, one) in persons)

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
            more = f" and {len(leaked) - 3} more" if len(leaked) > 3 else ""
            raise RunError(
                f"{taker}: {artefact} derives from test patients: {', '.join(leaked[:3])}{more}; expected "
                "training patients alone, as a result on these would be worthless. Remove the folder "
                f"{folder} and run again."
            )


def learning_from(context: StepContext, patients: Iterable[str], steps: Iterable[str] = ()) -> list[str]:
    """Return whom a step derives from that is fitted to images of the training split and to other artefacts.

    Args:
        context: of the step; ``prepare`` is among its inputs and says who is tested on.
        patients: of the real images that it sees.
        steps: names of its other inputs that it learns from.

    Returns:
        list: the patients, sorted, for ``facts.patients`` of its manifest.

    Raises:
        RunError: one of them is of the test split; the message names the patient and where it comes from.
    """
    seal = Seal.of(context.prepared)
    own = sorted(set(patients))
    seal.refuse(context.name, "the training split", own, context.prepared)
    return sorted({*own, *derived(context, steps, seal)})


def derived(context: StepContext, steps: Iterable[str], seal: Seal | None = None) -> list[str]:
    """Return the patients that the named inputs of a step derive from, by their manifests, sorted.

    Args:
        context: of the step that takes them.
        steps: names among its inputs.
        seal: on those from whom none may derive; none where nobody is tested on yet.

    Raises:
        RunError: an input does not say whom it derives from, or it derives from a sealed patient; both are
            named.
    """
    names: set[str] = set()
    for step in steps:
        folder = context.inputs[step]
        found = _facts(folder).get("patients")
        if not isinstance(found, list):
            raise RunError(
                f"{context.name}: {step} does not say which patients it derives from, so it may hold test "
                f"patients; expected 'patients' in {folder / manifest.FILE}. Remove that folder and run "
                "again."
            )
        (seal or Seal()).refuse(context.name, step, found, folder)
        names.update(found)
    return sorted(names)


def _facts(folder: Path) -> dict[str, Any]:
    return dict((manifest.read(folder) or {}).get("facts", {}))
