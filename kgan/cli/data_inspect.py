"""``kgan data inspect``: what a folder of scans holds, and what is wrong with it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgan.cli.bars import Bars
from kgan.cli.tables import show
from kgan.errors import PluginError

if TYPE_CHECKING:
    from kgan.contracts.reader import Reader
    from kgan.data.inspection import Inspection

_COLUMNS = ("patient", "sequences", "voxels", "mm", "orientation", "mask labels", "problems")


@click.command(
    "inspect",
    epilog="""\b
Examples:
  kgan data inspect /data/BRATS2016
  kgan data inspect /data/BraTS2020 --headers-only
""",
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--reader", "name", default="brats", show_default=True, help="Which reader looks.")
@click.option(
    "--headers-only",
    is_flag=True,
    help="Read no voxels: seconds for hundreds of patients, but damaged voxels and mask labels stay unseen.",
)
def command(path: Path, name: str, headers_only: bool) -> None:
    """List the patients in the folder PATH: sequences, voxels, spacing, orientation, mask labels, problems.

    A patient with problems is left out of an experiment that needs what is wrong; the others are used.
    """
    from kgan.data.inspection import inspect_patient

    reader = _reader(name, path)
    patients = reader.patients()
    found = []
    with Bars() as bars:
        bars.begin("patients", len(patients))
        for patient in patients:
            found.append(inspect_patient(reader, patient, headers_only))
            bars.advance(note=patient)
    show(_COLUMNS, [_row(one) for one in found])
    for one in found:
        for problem in one.problems:
            click.echo(f"{one.patient}: {problem}")
    bad = sum(bool(one.problems) for one in found)
    click.echo(f"{len(found)} patients, {len(found) - bad} without problems, {bad} with")


def _reader(name: str, path: Path) -> "Reader":
    from kgan import registry

    plugin = registry.load("readers", name)
    if "path" not in {parameter.name for parameter in registry.parameters_of("readers", name)}:
        raise PluginError(f"reader {name!r} reads no folder; choose another with --reader")
    reader: Reader = plugin(path=str(path))
    return reader


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
