"""``kgan data prepare``: prepare, count and show the images of a recipe without training."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgan.cli.options import compute_of, load_with, local_backend, recipe_options, run_folder
from kgan.cli.progress_bars import RunBars
from kgan.cli.tables import show

if TYPE_CHECKING:
    from kgan.data.cohort.tables import CountRow
    from kgan.pipeline.step import Step
    from kgan.recipe import Recipe

_RECIPE = "two_step"
_STEP, _CHECK = "prepare", "check-cohort"


@click.command(
    "prepare",
    epilog="""\b
Examples:
  kgan data prepare two_step
  kgan data prepare two_step --profile paper --data /data/BRATS2016 --out /scratch/two_step
  kgan data prepare /data/BRATS2016 --set data.labels.incomplete=5
""",
)
@recipe_options
@click.option(
    "--out", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/<name>-<profile>]"
)
def command(out: Path | None, **options: Any) -> None:
    """Run only the first step of RECIPE: read, label, exclude, split and store its images.

    RECIPE is a file, the name of a shipped recipe, or a folder of scans for the recipe two_step. Check the
    contact sheet and exclusions.csv; list slices that the rules miss in a table of your own (data.exclude). A
    later kgan run in the same folder reuses the images.
    """
    from kgan.pipeline import status
    from kgan.plan import plan, steps_until

    if Path(options["recipe"]).is_dir():
        options.update(recipe=_RECIPE, data=options["data"] or Path(options["recipe"]))
    loaded = load_with(options)
    steps = steps_until(plan(loaded), _STEP)
    folder = run_folder(loaded, out)
    _run(loaded, steps, folder)
    place = status(steps, folder)[-1].folder
    _report(place)
    click.echo(f"Contact sheet: {shlex.quote(str(place / 'contact_sheet.png'))}")
    click.echo(f"Tables: {shlex.quote(str(folder / 'results'))}")
    checked = steps_until(plan(loaded), _CHECK)
    if [step.name for step in checked] == [_STEP, _CHECK]:
        _run(loaded, checked, folder)
        _show_limits(status(checked, folder)[-1].folder)


def _run(recipe: "Recipe", steps: "Sequence[Step[Any]]", folder: Path) -> None:
    from kgan.pipeline import run

    with RunBars() as bars:
        run(
            steps,
            folder,
            # Preparation does without TensorFlow.
            backend=local_backend(recipe, forked=False),
            compute=compute_of(recipe),
            resolved=recipe.resolved(),
            progress=bars,
        )


def _show_limits(place: Path) -> None:
    """Print the requests for which the cohort is too small."""
    from kgan.data.cohort.limits_table import LIMITS

    for row in LIMITS.read(place):
        click.echo(f"Limit: {row.sentence}")


def _report(place: Path) -> None:
    from kgan.data.cohort.tables import COUNTS, PATIENTS
    from kgan.pipeline.records import manifest

    facts = (manifest.read(place) or {}).get("facts", {})
    _show_counts(COUNTS.read(place))
    excluded = facts.get("excluded", {})
    if excluded:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(excluded.items()))
        click.echo(f"Excluded slices: {kinds}")
    if facts.get("not_in_a_split"):
        click.echo(f"Patients in no split: {facts['not_in_a_split']}")
    for row in PATIENTS.read(place):
        if not row.usable:
            click.echo(f"Excluded {row.patient}: {row.reason}")
    for note in facts.get("notes", []):
        click.echo(f"Note: {note}")
    if facts.get("synthetic"):
        click.echo("These are phantoms, not patients: results on them are not clinical evidence.")


def _show_counts(rows: "Sequence[CountRow]") -> None:
    """Print one row per split, with one column per class."""
    classes = list(dict.fromkeys(row.class_name for row in rows))
    lines = []
    for split in dict.fromkeys(row.split for row in rows):
        counts = {row.class_name: row for row in rows if row.split == split}
        patients = max(row.patients for row in counts.values())
        lines.append((split, *(str(counts[name].images) for name in classes), str(patients)))
    show(("split", *(name or "images" for name in classes), "patients"), lines)
