"""Which patients an artefact derives from, and the seal on those of the test split.

Every step that fits something states the patients behind it in its manifest (``facts.patients``); what is
made from it inherits them. A step that takes such artefacts refuses those that derive from a patient whom it
is tested on, whoever put that patient there.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from kgan.data.store import ImageStore
from kgan.errors import RunError
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext


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
    sealed = _test_patients(context.inputs["prepare"])
    own = sorted(set(patients))
    refuse(context.name, "the training split", own, sealed)
    return sorted({*own, *derived(context, steps, sealed)})


def derived(context: StepContext, steps: Iterable[str], sealed: Collection[str] = ()) -> list[str]:
    """Return the patients that the named inputs of a step derive from, by their manifests, sorted.

    Args:
        context: of the step that takes them.
        steps: names among its inputs.
        sealed: patients from whom none may derive.

    Raises:
        RunError: an input does not say whom it derives from, or it derives from a sealed patient; both are
            named.
    """
    names: set[str] = set()
    for step in steps:
        found = (manifest.read(context.inputs[step]) or {}).get("facts", {}).get("patients")
        if not isinstance(found, list):
            raise RunError(
                f"{context.name}: {step} does not say which patients it derives from, so it may hold test "
                f"patients; expected 'patients' in {context.inputs[step] / manifest.FILE}. Remove that "
                "folder and run again."
            )
        refuse(context.name, step, found, sealed)
        names.update(found)
    return sorted(names)


def refuse(taker: str, artefact: str, patients: Iterable[str], sealed: Collection[str]) -> None:
    """Refuse what derives from a sealed patient.

    Args:
        taker: the step that would use the artefact.
        artefact: its name, for the message.
        patients: whom it derives from.
        sealed: patients from whom nothing may derive.

    Raises:
        RunError: one of them is sealed; the message names up to three.
    """
    leaked = sorted(set(patients) & set(sealed))
    if leaked:
        more = f" and {len(leaked) - 3} more" if len(leaked) > 3 else ""
        raise RunError(
            f"{taker}: {artefact} derives from test patients: {', '.join(leaked[:3])}{more}; expected "
            "training patients alone, as a result on these would be worthless. Remove the step's folder and "
            "run again."
        )


def _test_patients(prepared: Path) -> frozenset[str]:
    with ImageStore(prepared / "test.h5") as store:
        return frozenset(store.patients.tolist())
