"""``kgan data phantom``: the phantom cohort as files, in the layout of the BraTS data sets."""

import shlex
from pathlib import Path

import click

from kgan.cli.progress_bars import Bars


@click.command(
    "phantom",
    epilog="""\b
Examples:
  kgan data phantom phantoms
  kgan data phantom /scratch/phantoms --patients 220 --seed 7
  kgan run two_step --data /scratch/phantoms
""",
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--patients", type=int, default=48, show_default=True, help="Number of patients, 1 to 9999.")
@click.option("--seed", type=int, default=2016, show_default=True, help="Another seed gives other patients.")
@click.option(
    "--layout",
    type=click.Choice(["brats2020", "brats2023"]),
    default="brats2020",
    show_default=True,
    help="File names and labels.",
)
@click.option(
    "--tumor-diameter",
    type=float,
    nargs=2,
    default=(8.0, 60.0),
    show_default=True,
    metavar="MIN MAX",
    help="Tumour without oedema, in mm.",
)
@click.option(
    "--faint",
    type=float,
    default=0.15,
    show_default=True,
    help="Fraction of tumours with faint enhancement.",
)
def command(
    out: Path, patients: int, seed: int, layout: str, tumor_diameter: tuple[float, float], faint: float
) -> None:
    """Write simulated patients to the folder OUT: T1, T1c, T2, FLAIR and mask, 240x240x155 voxels of 1 mm.

    The patients are phantoms: a randomly deformed average brain with a simulated tumour. The reader "phantom"
    with the same seed gives the same patients. A patient takes a few seconds and about 9 MB.

    An existing patient is kept if it is the same, and never overwritten. The same command therefore continues
    an interrupted one.
    """
    from kgan.data.phantom.files import write_patient
    from kgan.data.phantom.patient import Character, check_count, patient_name

    check_count(patients)
    character = Character(seed, tumor_diameter, faint)
    written = 0
    with Bars() as bars:
        bars.begin("phantom patients", patients)
        for number in range(1, patients + 1):
            new = write_patient(out, number, character, layout)
            written += new
            bars.advance(note=patient_name(number) + ("" if new else " exists"))
    kept = patients - written
    there = f"; {kept} already existed" if kept else ""
    click.echo(f"{written} phantom patients written{there}: {shlex.quote(str(out))}")
