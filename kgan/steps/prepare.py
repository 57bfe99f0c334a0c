"""From a reader's patients to labelled, excluded and split images on disk."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kgan import registry
from kgan.contracts.reader import Reader, SliceRequest
from kgan.data.cohort import tables
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
from kgan.data.cohort.split import check_persons, patients_needed
from kgan.data.cohort.staging import LabelRule, Staged, stage
from kgan.data.cohort.stratification import StratifiedSplitter
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.errors import DataError, RecipeError
from kgan.pipeline.context import StepContext
from kgan.schema.base import Plugin
from kgan.steps.settings.prepare import PrepareSettings, RequestSettings

_BATCH = 64
_STAGING = "staging.h5"
_DUPLICATES = tables.DUPLICATES.file
_PUBLISHED_TABLES = (tables.SLICES, tables.EXCLUSIONS, tables.PATIENTS, tables.COUNTS)
_SHEET = "contact_sheet.png"


def run(context: StepContext[PrepareSettings]) -> dict[str, Any]:
    """Read, label, split, exclude and store a cohort.

    The split is drawn over the patients that can be read, again until each part has images of every class;
    what counts as an incomplete slice is learnt from its training patients alone. An interrupted step starts
    again.

    Returns:
        dict: counts, patients and files to publish.

    Raises:
        DataError: too few patients can be used, a split has no image of a class, or an image is in two
            splits or classes.
    """
    reader, request = _reader(context.settings.reader), _request(context.settings.request)
    _remove_left_overs(context.out)
    try:
        cohort, split_notes = _split(context, reader, request)
        exact, near = _duplicates(context, cohort, reader)
        notes = (*reader.notes(), *split_notes, *duplicate_notes(exact, near, _DUPLICATES))
        shape = _write(context, cohort, reader, request)
    finally:
        (context.out / _STAGING).unlink(missing_ok=True)
    for note in notes:
        context.progress.say(f"{context.name}: {note}")
    files = [table.file for table in _PUBLISHED_TABLES] + ([_DUPLICATES] if exact or near else [])
    number = context.settings.number
    return {
        **_facts(cohort, reader, shape),
        "near_copies": {"images": len(near), "across_splits": sum(pair.parted for pair in near)},
        "publish": {
            **{_place("results", number, file): file for file in files},
            _place("figures", number, _SHEET): _SHEET,
        },
        "notes": list(notes),
        "withdraw": [_place("results", number, _DUPLICATES)],
    }


def deviations(settings: PrepareSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    sentences = {}
    if settings.split.test:
        sentences["draw"] = (
            "Patients are shared out at random, again until each part has images of every class; the papers "
            "give numbers of patients alone."
        )
    if labels := settings.labels:
        rules = [
            f"a tumour smaller than {labels.min_tumor_area:g} mm²",
            f"within {labels.margin} slices of a tumour's end",
        ]
        if labels.incomplete is not None:
            rules.append(
                f"a brain whose area or symmetry is more than {labels.incomplete:g} robust deviations "
                "off the training patients' at its place"
            )
        sentences["rules"] = (
            f"Slices are left out by rules ({'; '.join(rules)}) and by a table where one is given; Han et "
            "al. left them out by hand, so their number differs."
        )
    return sentences


def _split(
    context: StepContext[PrepareSettings], reader: Reader, request: SliceRequest
) -> tuple[Cohort, tuple[str, ...]]:
    """Read every patient, draw the split, and decide what is left out; note how often it was drawn."""
    settings = context.settings
    patients = reader.patients()
    excluded = _excluded(settings.exclude, patients, request)
    candidates = [patient for patient in patients if patient not in excluded.patients]
    check_persons(candidates, {patient: reader.subject(patient) for patient in candidates})
    _check_enough(settings, len(candidates), len(patients), excluded, {})
    staged = _staged(context, reader, candidates, request)
    _check_enough(settings, len(staged.usable), len(patients), excluded, staged.unusable)
    subjects = {patient: reader.subject(patient) for patient in staged.usable}
    labels = settings.labels
    splitter = StratifiedSplitter(
        staged,
        excluded,
        tuple(reader.classes) if labels else (),
        labels.incomplete if labels else None,
    )
    cohort = splitter.share_out(settings.split.model_dump(), settings.seed, subjects, settings.number)
    return cohort, splitter.notes()


def _duplicates(
    context: StepContext[PrepareSettings], cohort: Cohort, reader: Reader
) -> tuple[list[DuplicatePair], list[DuplicatePair]]:
    """Refuse exact copies that do harm; list the others, and near ones."""
    (context.out / _DUPLICATES).unlink(missing_ok=True)
    exact = find_duplicates(cohort)
    check_duplicates(cohort, exact)
    with ImageStore(cohort.staged.path) as source:
        near = find_near_duplicates(cohort, source, _subjects(cohort, reader))
    if exact or near:
        write_duplicates(context.out, [*exact, *near])
    return exact, near


def _place(folder: str, number: int, file: str) -> str:
    """Return where a file is published; of a further split ``results/split2/slices.csv``."""
    return f"{folder}/split{number + 1}/{file}" if number else f"{folder}/{file}"


def _reader(plugin: Plugin) -> Reader:
    reader: Reader = registry.configure("readers", plugin.plugin, plugin.parameters).build()
    return reader


def _request(settings: RequestSettings) -> SliceRequest:
    request = SliceRequest(**settings.model_dump())
    if not request.indices():
        raise RecipeError(f"no slice from {request.first} to {request.last} by steps of {request.step}")
    return request


def _remove_left_overs(folder: Path) -> None:
    for left_over in (*folder.glob(".writing-*"), folder / _STAGING):
        left_over.unlink(missing_ok=True)


def _excluded(path: str | None, patients: Sequence[str], request: SliceRequest) -> Exclusions:
    # A table made for every slice of the range serves a profile that takes every fourth.
    known = range(request.first, request.last + 1)
    return read_exclusions(Path(path), patients, known) if path else Exclusions()


def _check_enough(
    settings: PrepareSettings, remain: int, read: int, excluded: Exclusions, unusable: Mapping[str, str]
) -> None:
    split, least = patients_needed(settings.split.model_dump()), settings.min_patients or 0
    option = "data.split" if split >= least else "data.min_patients"
    if remain < max(split, least):
        raise DataError(
            f"too few patients: {max(split, least)} needed by {option}, {read} found, "
            f"{len(excluded.patients)} excluded by hand, {len(unusable)} unusable{_first(unusable)}, "
            f"{remain} remain. Add patients, or lower {option}"
        )


def _first(unusable: Mapping[str, str]) -> str:
    return next((f" (such as {patient}: {reason})" for patient, reason in unusable.items()), "")


def _staged(
    context: StepContext[PrepareSettings], reader: Reader, patients: Sequence[str], request: SliceRequest
) -> Staged:
    labels = context.settings.labels
    rule = LabelRule(labels.min_tumor_area, labels.margin) if labels else None
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
    context: StepContext[PrepareSettings], cohort: Cohort, reader: Reader, request: SliceRequest
) -> tuple[int, int, int]:
    provenance = {
        "kind": "phantom" if reader.synthetic else "real",
        "reader": context.settings.reader.plugin,
        "plane": request.plane,
        "sequences": list(request.sequences),
        "seed": context.seed,
    }
    total = sum(len(cohort.used(split)) for split in cohort.parts)
    context.progress.begin(f"{context.name}: store images", total)
    with ImageStore(cohort.staged.path) as source:
        for split in cohort.parts:
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
                        source.images([piece.position for piece in part]),
                        [piece.label for piece in part],
                        [piece.patient for piece in part],
                        [piece.index for piece in part],
                    )
                    context.progress.advance(len(part))
        draw_contact_sheet(context.out / _SHEET, cohort, source, request.sequences)
        write_tables(context.out, cohort)
        return source.image_shape


def _subjects(cohort: Cohort, reader: Reader) -> dict[str, str]:
    """Return who was scanned, where that is another name than the patient's."""
    subjects = {patient: reader.subject(patient) for patient in cohort.split_of}
    return {patient: subject for patient, subject in subjects.items() if subject != patient}


def _facts(cohort: Cohort, reader: Reader, shape: Sequence[int]) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {split: {} for split in cohort.parts}
    for row in cohort.counts():
        counts[row.split][row.class_name or "all"] = row.images
    in_a_split = sum(len(members) for members in cohort.parts.values())
    return {
        "counts": counts,
        "patients": {split: list(members) for split, members in cohort.parts.items()},
        "subjects": _subjects(cohort, reader),
        "unusable": len(cohort.staged.unusable),
        "not_in_a_split": len(cohort.staged.usable) - in_a_split,
        "excluded": cohort.exclusions(),
        "pictures": any(piece.file for piece in cohort.staged.slices[:1]),
        "synthetic": reader.synthetic,
        "image_shape": list(shape),
        "classes": list(cohort.classes),
    }
