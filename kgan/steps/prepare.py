"""From a reader's patients to labelled, excluded and split images on disk."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kgan import registry
from kgan.contracts.reader import PLANES, Reader, SliceRequest
from kgan.data.cohort.cohort import Cohort, draw_contact_sheet, write_tables
from kgan.data.cohort.duplicates import (
    DuplicatePair,
    check_duplicates,
    duplicate_notes,
    find_duplicates,
    find_near_duplicates,
    write_duplicates,
)
from kgan.data.cohort.exclusions import Exclusions, read_exclusions
from kgan.data.cohort.split import SPLITS, check_persons, patients_needed
from kgan.data.cohort.staging import LabelRule, Staged, stage
from kgan.data.cohort.stratification import StratifiedSplitter
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.errors import DataError, RecipeError
from kgan.pipeline.context import StepContext

_BATCH = 64
_STAGING = "staging.h5"
_COPIES = "copies.csv"
_PUBLISH = {
    "results/slices.csv": "slices.csv",
    "results/exclusions.csv": "exclusions.csv",
    "results/patients.csv": "patients.csv",
    "results/counts.csv": "counts.csv",
    "figures/contact_sheet.png": "contact_sheet.png",
}


def run(context: StepContext) -> dict[str, Any]:
    """Read, label, split, exclude and store a cohort.

    The split is drawn over the patients that can be read, again until each part has images of every class;
    what counts as an incomplete slice is learnt from its training patients alone. An interrupted step starts
    again.

    Settings: ``reader`` (plugin, parameters), ``request`` (fields of `SliceRequest`), ``labels``
    (min_tumor_area mm², margin slices, incomplete: k or ``None``; or ``None`` for images without class),
    ``exclude`` (CSV file or ``None``), ``split`` (counts or shares), ``min_patients`` (or ``None``),
    ``number`` (of the draw of the split; 0 unless given).

    Returns:
        dict: counts, patients and files to publish.

    Raises:
        DataError: too few patients can be used, a split has no image of a class, or an image is in two
            splits or classes.
    """
    reader, request = _reader(context.settings["reader"]), _request(context.settings["request"])
    _tidy(context.out)
    try:
        cohort, drawn = _decide(context, reader, request)
        copies, near = _copies(context, cohort, reader)
        notes = (*reader.notes(), *drawn, *duplicate_notes(copies, near, _COPIES))
        shape = _write(context, cohort, reader, request)
    finally:
        (context.out / _STAGING).unlink(missing_ok=True)
    for note in notes:
        context.progress.say(f"{context.name}: {note}")
    facts = _facts(cohort, reader, shape)
    facts["near_copies"] = {"images": len(near), "across_splits": sum(copy.parted for copy in near)}
    if copies or near:
        facts["publish"][f"results/{_COPIES}"] = _COPIES
    number = context.settings.get("number", 0)
    if number:
        facts["publish"] = {_of_draw(place, number): file for place, file in facts["publish"].items()}
    withdraw = [_of_draw(f"results/{_COPIES}", number) if number else f"results/{_COPIES}"]
    return {**facts, "notes": list(notes), "withdraw": withdraw}


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    found = {}
    if settings["split"]["test"]:
        found["draw"] = (
            "Patients are shared out at random, again until each part has images of every class; the papers "
            "give numbers of patients alone."
        )
    if labels := settings.get("labels"):
        rules = [
            f"a tumour smaller than {labels['min_tumor_area']:g} mm²",
            f"within {labels['margin']} slices of a tumour's end",
        ]
        if labels.get("incomplete") is not None:
            rules.append(
                f"a brain whose area or symmetry is more than {labels['incomplete']:g} robust deviations "
                "off the training patients' at its place"
            )
        found["rules"] = (
            f"Slices are left out by rules ({'; '.join(rules)}) and by a table where one is given; Han et "
            "al. left them out by hand, so their number differs."
        )
    return found


def _decide(context: StepContext, reader: Reader, request: SliceRequest) -> tuple[Cohort, tuple[str, ...]]:
    """Read every patient, share them out, and find what is left out; say how often they were shared out."""
    settings = context.settings
    patients = reader.patients()
    excluded = _excluded(settings.get("exclude"), patients, request)
    candidates = [patient for patient in patients if patient not in excluded.patients]
    check_persons(candidates, {patient: reader.subject(patient) for patient in candidates})
    _check_enough(settings, len(candidates), len(patients), excluded, {})
    staged = _staged(context, reader, candidates, request)
    _check_enough(settings, len(staged.usable), len(patients), excluded, staged.unusable)
    subjects = {patient: reader.subject(patient) for patient in staged.usable}
    number = settings.get("number", 0)
    labels = settings.get("labels") or {}
    draws = StratifiedSplitter(
        staged, excluded, tuple(reader.classes) if labels else (), labels.get("incomplete")
    )
    cohort = draws.share_out(settings["split"], context.seed, subjects, number)
    return cohort, draws.said()


def _copies(
    context: StepContext, cohort: Cohort, reader: Reader
) -> tuple[list[DuplicatePair], list[DuplicatePair]]:
    """Refuse exact copies that do harm; list the others, and near ones."""
    (context.out / _COPIES).unlink(missing_ok=True)
    exact = find_duplicates(cohort)
    check_duplicates(cohort, exact)
    with ImageStore(cohort.staged.path) as source:
        near = find_near_duplicates(cohort, source, _subjects(cohort, reader))
    if exact or near:
        write_duplicates(context.out / _COPIES, [*exact, *near])
    return exact, near


def _of_draw(place: str, number: int) -> str:
    """Return where a further draw of the split publishes: ``results/split2/slices.csv``."""
    folder, _, file = place.rpartition("/")
    return f"{folder}/split{number + 1}/{file}"


def _reader(about: Mapping[str, Any]) -> Reader:
    reader: Reader = registry.load("readers", about["plugin"])(**about["parameters"])
    return reader


def _request(about: Mapping[str, Any]) -> SliceRequest:
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in about.items()
    }
    request = SliceRequest(**known)
    if request.plane not in PLANES:
        raise RecipeError(f"unknown plane {request.plane!r}; expected one of {', '.join(PLANES)}")
    if not request.indices():
        raise RecipeError(f"no slice from {request.first} to {request.last} by steps of {request.step}")
    return request


def _tidy(folder: Path) -> None:
    for left_over in (*folder.glob(".writing-*"), folder / _STAGING):
        left_over.unlink(missing_ok=True)


def _excluded(path: str | None, patients: Sequence[str], request: SliceRequest) -> Exclusions:
    # A table made for every slice of the range serves a profile that takes every fourth.
    known = range(request.first, request.last + 1)
    return read_exclusions(Path(path), patients, known) if path else Exclusions()


def _check_enough(
    settings: Mapping[str, Any], remain: int, found: int, excluded: Exclusions, unusable: Mapping[str, str]
) -> None:
    split, least = patients_needed(settings["split"]), settings.get("min_patients") or 0
    option = "data.split" if split >= least else "data.min_patients"
    if remain < max(split, least):
        raise DataError(
            f"too few patients: {max(split, least)} needed by {option}, {found} found, "
            f"{len(excluded.patients)} excluded by hand, {len(unusable)} unusable{_first(unusable)}, "
            f"{remain} remain. Add patients, or lower {option}"
        )


def _first(unusable: Mapping[str, str]) -> str:
    return next((f" (such as {patient}: {reason})" for patient, reason in unusable.items()), "")


def _staged(context: StepContext, reader: Reader, patients: Sequence[str], request: SliceRequest) -> Staged:
    labels = context.settings.get("labels")
    rule = LabelRule(labels["min_tumor_area"], labels["margin"]) if labels else None
    context.progress.begin(f"{context.name}: read patients", len(patients))
    staged = stage(
        reader,
        patients,
        request,
        rule,
        context.out / _STAGING,
        lambda patient: context.progress.advance(1, patient),
    )
    if staged.unusable:
        context.progress.say(
            f"{context.name}: {len(staged.unusable)} of {len(patients)} patients cannot be used"
            f"{_first(staged.unusable)}; patients.csv has every reason"
        )
    return staged


def _write(
    context: StepContext, cohort: Cohort, reader: Reader, request: SliceRequest
) -> tuple[int, int, int]:
    provenance = {
        "kind": "phantom" if reader.synthetic else "real",
        "reader": context.settings["reader"]["plugin"],
        "plane": request.plane,
        "sequences": list(request.sequences),
        "seed": context.seed,
    }
    total = sum(len(cohort.used(split)) for split in SPLITS)
    context.progress.begin(f"{context.name}: store images", total)
    with ImageStore(cohort.staged.path) as source:
        for split in SPLITS:
            target = StoreWriter(
                context.out / f"{split}.h5",
                image_shape=source.image_shape,
                classes=cohort.classes,
                provenance={**provenance, "split": split},
            )
            with target:
                used = cohort.used(split)
                for start in range(0, len(used), _BATCH):
                    part = used[start : start + _BATCH]
                    target.append(
                        source.images([one.position for one in part]),
                        [one.label for one in part],
                        [one.patient for one in part],
                        [one.index for one in part],
                    )
                    context.progress.advance(len(part))
        draw_contact_sheet(context.out / "contact_sheet.png", cohort, source, request.sequences)
        write_tables(context.out, cohort)
        return source.image_shape


def _subjects(cohort: Cohort, reader: Reader) -> dict[str, str]:
    """Return who was scanned, where that is another name than the patient's."""
    subjects = {patient: reader.subject(patient) for patient in cohort.split_of}
    return {patient: subject for patient, subject in subjects.items() if subject != patient}


def _facts(cohort: Cohort, reader: Reader, shape: Sequence[int]) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {split: {} for split in SPLITS}
    for split, name, images, _ in cohort.counts():
        counts[split][name or "all"] = images
    in_a_split = sum(len(members) for members in cohort.parts.values())
    return {
        "counts": counts,
        "patients": {split: list(members) for split, members in cohort.parts.items()},
        "subjects": _subjects(cohort, reader),
        "unusable": len(cohort.staged.unusable),
        "not_in_a_split": len(cohort.staged.usable) - in_a_split,
        "excluded": cohort.exclusions(),
        "pictures": any(one.file for one in cohort.staged.slices[:1]),
        "synthetic": reader.synthetic,
        "image_shape": list(shape),
        "classes": list(cohort.classes),
        "publish": dict(_PUBLISH),
    }
