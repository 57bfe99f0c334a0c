"""``kgan data inspect``: what a folder of scans or images holds, and what is wrong with it."""

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
@click.option("--reader", "name", default="brats", show_default=True, help="Which reader looks.")
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
    help="Read no voxels: seconds for hundreds of patients, but damaged voxels, copies and mask labels stay "
    "unseen.",
)
@click.option(
    "--exclude",
    type=click.Path(path_type=Path),
    help="Write a table for data.exclude that leaves out exact copies: all but the first, or all where they "
    "are in two folders.",
)
def command(
    path: Path, name: str, overrides: Sequence[str], headers_only: bool, exclude: Path | None
) -> None:
    """List what is in the folder PATH, patient by patient, and what is wrong with it.

    Of scans: sequences, voxels, spacing, orientation, mask labels. Of images: how many of each size and
    depth. Then problems, and files that are exact copies of others. A patient with problems is left out of an
    experiment that needs what is wrong; the others are used.
    """
    from kgan.data.cohort.inspection import find_duplicates, find_near_duplicates, inspect_patient

    if exclude is not None and exclude.exists():
        raise DataError(f"{exclude} is there already and stays as it is; name a new file for --exclude")
    reader = _reader(name, path, overrides)
    patients = reader.patients()
    found = []
    with Bars() as bars:
        bars.begin("patients", len(patients))
        for patient in patients:
            found.append(inspect_patient(reader, patient, headers_only))
            bars.advance(note=patient)
    _show(found)
    _check_names(reader, patients)
    for one in found:
        for problem in one.problems:
            click.echo(f"{one.patient}: {problem}")
    copies = find_duplicates(found)
    for copy in copies:
        click.echo(f"Exact copy: {copy.name} of {copy.first_name}" + _whose(copy))
    near = list(find_near_duplicates(found, reader))
    for copy in near:
        done = f", {copy.change}" if copy.change else ""
        click.echo(
            f"Near copy: {copy.name} of {copy.first_name}{_whose(copy)}: their details agree to "
            f"{100 * copy.similarity:.0f} %{done}; look at both"
        )
    for note in reader.notes():
        click.echo(f"Note: {note}")
    bad = sum(bool(one.problems) for one in found)
    counts = f"{len(found)} patients, {len(found) - bad} without problems, {bad} with"
    exact = f"; {len(copies)} exact copies" if copies else ""
    click.echo(counts + exact + (f"; {len(near)} near copies" if near else ""))
    _show_needs(name, found)
    if exclude is not None:
        _write(exclude, copies, found)


def _reader(name: str, path: Path, overrides: Sequence[str]) -> "Reader":
    from kgan import registry

    plugin = registry.load("readers", name)
    if "path" not in {parameter.name for parameter in registry.parameters_of("readers", name)}:
        raise PluginError(f"reader {name!r} reads no folder; choose another with --reader")
    given = dict(_parameter(override) for override in overrides)
    for problem in registry.check_parameters("readers", name, given):
        raise PluginError(f"--set {problem.parameter}: {problem.message}")
    reader: Reader = plugin(path=str(path), **given)
    return reader


def _parameter(override: str) -> tuple[str, Any]:
    from kgan.recipe.yaml.reader import read_value

    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise PluginError(f"--set {override}: expected KEY=VALUE, such as tree=raw")
    return key.strip(), read_value(text, f"--set {override}")


def _show_needs(reader: str, found: "Sequence[Inspection]") -> None:
    """Say what these patients do for, as far as it can be told without a recipe's rules."""
    from kgan.cli.data.cohort_needs import needs_lines

    usable = [one for one in found if not one.problems]
    masks = [one for one in usable if one.labels is not None]
    if masks:
        marked = sum(any(label > 0 for label in one.labels or ()) for one in masks)
        few = "" if marked >= 3 else "; training, validation and test need one each"
        click.echo(f"{marked} of {len(masks)} masks mark a tumour{few}")
    for line in needs_lines(reader, len(usable)):
        click.echo(line)
    click.echo("What a recipe asks beyond that, 'kgan data prepare RECIPE --data DIR' tells.")


def _check_names(reader: "Reader", patients: Sequence[str]) -> None:
    """Tell of two patients who look like one: no run would take them."""
    from kgan.data.cohort.split import check_persons

    try:
        check_persons(patients, {patient: reader.subject(patient) for patient in patients})
    except DataError as problem:
        click.echo(f"No run takes these patients: {problem}")


def _show(found: Sequence["Inspection"]) -> None:
    scans = [one for one in found if not one.kinds]
    if len(scans) < len(found):
        kinds: Counter[tuple[str, str, str]] = Counter()
        for one in found:
            kinds.update(one.kinds)
        rows = [(folder or ".", size, depth, str(n)) for (folder, size, depth), n in sorted(kinds.items())]
        show(_PICTURES, rows)
    else:
        show(_COLUMNS, [_row(one) for one in scans])


def _row(one: "Inspection") -> tuple[str, ...]:
    edges = (round(edge, 3) for edge in one.spacing or ())
    return (
        one.patient,
        " ".join(one.sequences),
        "x".join(map(str, one.shape or ())),
        "x".join(f"{edge:g}" for edge in edges),
        " ".join(one.orientations),
        "-" if one.labels is None else " ".join(map(str, one.labels)),
        str(len(one.problems)) if one.problems else "",
    )


def _whose(copy: "Duplicate") -> str:
    if copy.in_two_folders:
        return " (if these folders are classes, one of the two is wrong)"
    if copy.patient == copy.first_patient:
        return f" (both of {copy.patient})"
    named = (copy.patient, copy.first_patient) == (copy.name, copy.first_name)
    return "" if named else f" ({copy.patient} and {copy.first_patient})"


def _write(path: Path, copies: Sequence["Duplicate"], found: Sequence["Inspection"]) -> None:
    """Write a table for ``data.exclude``: of a patient with one file, the patient; else the image."""
    from kgan.data.cohort.exclusions import Exclusion
    from kgan.files.tables import write_table

    alone = {one.patient for one in found if sum(one.kinds.values()) <= 1}
    rows: dict[tuple[str, str], str] = {}
    for copy in copies:
        if copy.in_two_folders:
            rows[_line(copy.first_patient, copy.first_index, alone)] = f"as {copy.name} in another folder"
            rows[_line(copy.patient, copy.index, alone)] = f"as {copy.first_name} in another folder"
        elif copy.patient != copy.first_patient or copy.index is not None:
            rows.setdefault(_line(copy.patient, copy.index, alone), f"copy of {copy.first_name}")
    write_table(path, tuple(Exclusion.model_fields), [(*line, reason) for line, reason in rows.items()])
    click.echo(f"{len(rows)} lines written, to be named in data.exclude: {shlex.quote(str(path))}")


def _line(patient: str, index: int | None, alone: Collection[str]) -> tuple[str, str]:
    return patient, "" if index is None or patient in alone else str(index)
