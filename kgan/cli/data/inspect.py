"""``kgan data inspect``: content and problems of a folder of scans or images."""

import shlex
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgan.cli.progress_bars import Bars
from kgan.cli.tables import show
from kgan.errors import DataError, PluginError

if TYPE_CHECKING:
    from kgan.contracts.reader import Reader
    from kgan.data.cohort.inspection import Duplicate, Inspection

_COLUMNS = ("patient", "sequences", "voxels", "mm", "orientation", "mask labels", "problems")
_PICTURES = ("folder", "pixels", "depth", "images")


@click.command(
    "inspect",
    epilog="""\b
Examples:
  kgan data inspect /data/BRATS2016
  kgan data inspect /data/BraTS2020 --headers-only
  kgan data inspect /data/OASIS1 --reader oasis --set tree=raw
  kgan data inspect /data/mine --reader folder --exclude exclude.csv
""",
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--reader", "name", default="brats", show_default=True, help="Reader plugin.")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="A parameter of the reader; repeatable.",
)
@click.option(
    "--headers-only",
    is_flag=True,
    help="Read only headers: seconds for hundreds of patients, but without checks of voxels, duplicates and "
    "mask labels.",
)
@click.option(
    "--exclude",
    type=click.Path(path_type=Path),
    help="Write a table for data.exclude with the exact duplicates: all but the first, or all if they are in "
    "two folders.",
)
def command(
    path: Path, name: str, overrides: Sequence[str], headers_only: bool, exclude: Path | None
) -> None:
    """List the content of the folder PATH by patient, and its problems.

    For scans: sequences, voxels, spacing, orientation, mask labels. For images: number by size and bit depth.
    Then problems and duplicate files. An experiment excludes a patient whose required data have problems and
    uses all others.
    """
    from kgan.data.cohort.inspection import find_duplicates, find_near_duplicates, inspect_patient

    if exclude is not None and exclude.exists():
        raise DataError(f"{exclude} exists and is not overwritten; name a new file for --exclude")
    reader = _reader(name, path, overrides)
    patients = reader.patients()
    inspections = []
    with Bars() as bars:
        bars.begin("patients", len(patients))
        for patient in patients:
            inspections.append(inspect_patient(reader, patient, headers_only))
            bars.advance(note=patient)
    _show(inspections)
    _check_names(reader, patients)
    for inspection in inspections:
        for problem in inspection.problems:
            click.echo(f"{inspection.patient}: {problem}")
    duplicates = find_duplicates(inspections)
    for duplicate in duplicates:
        click.echo(f"Duplicate: {duplicate.name} of {duplicate.first_name}" + _patients(duplicate))
    near = list(find_near_duplicates(inspections, reader))
    for duplicate in near:
        change = f", {duplicate.change}" if duplicate.change else ""
        click.echo(
            f"Near-duplicate: {duplicate.name} of {duplicate.first_name}{_patients(duplicate)}: correlation "
            f"{duplicate.similarity:.2f}{change}; please compare them"
        )
    for note in reader.notes():
        click.echo(f"Note: {note}")
    bad = sum(bool(inspection.problems) for inspection in inspections)
    counts = f"{len(inspections)} patients, {len(inspections) - bad} without problems, {bad} with"
    exact = f"; {len(duplicates)} duplicates" if duplicates else ""
    click.echo(counts + exact + (f"; {len(near)} near-duplicates" if near else ""))
    _show_needs(name, inspections)
    if exclude is not None:
        _write(exclude, duplicates, inspections)


def _reader(name: str, path: Path, overrides: Sequence[str]) -> "Reader":
    from kgan import registry

    if "path" not in registry.config_class("readers", name).model_fields:
        raise PluginError(f"reader {name!r} does not read a folder; choose another with --reader")
    given = dict(_parameter(override) for override in overrides)
    for problem in registry.check_parameters("readers", name, given):
        raise PluginError(f"--set {problem.parameter}: {problem.message}")
    reader: Reader = registry.configure("readers", name, given, path=str(path)).build()
    return reader


def _parameter(override: str) -> tuple[str, Any]:
    from kgan.recipe.yaml.reader import read_value

    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise PluginError(f"--set {override}: expected KEY=VALUE, such as tree=raw")
    return key.strip(), read_value(text, f"--set {override}")


def _show_needs(reader: str, inspections: "Sequence[Inspection]") -> None:
    """Print the recipes for which the patients are enough, as far as known without the rules of a recipe."""
    from kgan.cli.data.cohort_needs import needs_lines

    usable = [inspection for inspection in inspections if not inspection.problems]
    masks = [inspection.labels for inspection in usable if inspection.labels is not None]
    if masks:
        marked = sum(any(label > 0 for label in labels) for labels in masks)
        few = "" if marked >= 3 else "; training, validation and test need one each"
        click.echo(f"{marked} of {len(masks)} masks contain a tumour{few}")
    for line in needs_lines(reader, len(usable)):
        click.echo(line)
    click.echo("'kgan data prepare RECIPE --data DIR' checks all other requirements of a recipe.")


def _check_names(reader: "Reader", patients: Sequence[str]) -> None:
    """Report patients with similar names, which every run refuses."""
    from kgan.data.cohort.split import check_persons

    try:
        check_persons(patients, {patient: reader.subject(patient) for patient in patients})
    except DataError as problem:
        click.echo(f"Every run refuses these patients: {problem}")


def _show(inspections: Sequence["Inspection"]) -> None:
    scans = [inspection for inspection in inspections if not inspection.kinds]
    if len(scans) < len(inspections):
        kinds: Counter[tuple[str, str, str]] = Counter()
        for inspection in inspections:
            kinds.update(inspection.kinds)
        rows = [(folder or ".", size, depth, str(n)) for (folder, size, depth), n in sorted(kinds.items())]
        show(_PICTURES, rows)
    else:
        show(_COLUMNS, [_row(scan) for scan in scans])


def _row(scan: "Inspection") -> tuple[str, ...]:
    spacing = (round(edge, 3) for edge in scan.spacing or ())
    return (
        scan.patient,
        " ".join(scan.sequences),
        "x".join(map(str, scan.shape or ())),
        "x".join(f"{edge:g}" for edge in spacing),
        " ".join(scan.orientations),
        "-" if scan.labels is None else " ".join(map(str, scan.labels)),
        str(len(scan.problems)) if scan.problems else "",
    )


def _patients(duplicate: "Duplicate") -> str:
    if duplicate.in_two_folders:
        return " (if these folders are classes, one of the two is wrong)"
    patients = duplicate.patient, duplicate.first_patient
    if patients[0] == patients[1]:
        return f" (both of {patients[0]})"
    return "" if patients == (duplicate.name, duplicate.first_name) else f" ({' and '.join(patients)})"


def _write(path: Path, duplicates: Sequence["Duplicate"], inspections: Sequence["Inspection"]) -> None:
    """Write a table for ``data.exclude``: whole patients if they have a single file, images otherwise."""
    from kgan.data.cohort.exclusions import Exclusion
    from kgan.files.tables import write_table

    single = {each.patient for each in inspections if sum(each.kinds.values()) <= 1}
    rows: dict[tuple[str, str], str] = {}
    for each in duplicates:
        image = _key(each.patient, each.index, single)
        if each.in_two_folders:
            first = _key(each.first_patient, each.first_index, single)
            rows[first] = f"as {each.name} in another folder"
            rows[image] = f"as {each.first_name} in another folder"
        elif each.patient != each.first_patient or each.index is not None:
            rows.setdefault(image, f"duplicate of {each.first_name}")
    write_table(path, tuple(Exclusion.model_fields), [(*key, reason) for key, reason in rows.items()])
    click.echo(f"{len(rows)} rows written; name the file in data.exclude: {shlex.quote(str(path))}")


def _key(patient: str, index: int | None, single: Collection[str]) -> tuple[str, str]:
    return patient, "" if index is None or patient in single else str(index)
