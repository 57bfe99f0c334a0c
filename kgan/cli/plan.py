"""``kgan plan``: what a run would do, what of it is done, and what it takes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgan.analyses.comparison.settings import ComparisonSettings
from kgan.cli.options import compute_of, load_with, local_backend, recipe_options, run_folder
from kgan.cli.runs.clean import size
from kgan.plan import Step, plan
from kgan.plan.devices import device_lines
from kgan.plan.estimate import Estimate, estimate
from kgan.plan.precision import precision_lines
from kgan.recipe import Recipe
from kgan.steps.settings.prepare import PrepareSettings
from kgan.training.gpus import gpu_count

if TYPE_CHECKING:
    from kgan.pipeline.state.status import Standing


@click.command(
    epilog="""\b
Examples:
  kgan plan two_step
  kgan plan two_step --profile paper --data /data/BRATS2016
  kgan plan my_recipe.yaml --set gans.pggan.train.steps=2000 --out runs/longer
  kgan plan two_step --time --jobs 2
"""
)
@recipe_options
@click.option(
    "--out", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/<name>-<profile>]"
)
@click.option(
    "--time", "timed", is_flag=True, help="Time a few steps of each kind of training on this machine."
)
@click.option("--jobs", type=int, help="With --time: steps at once.  [default: as kgan run]")
def command(out: Path | None, timed: bool, jobs: int | None, **options: Any) -> None:
    """Show the steps of RECIPE: what each does, whether it is finished, and why not.

    Nothing is run or written; with --time the measured rates are kept in the run's folder, for kgan run.
    """
    from kgan.cli.tables import show
    from kgan.pipeline import status

    recipe = load_with(options)
    steps = plan(recipe)
    folder = run_folder(recipe, out)
    standings = {standing.step: standing for standing in status(steps, folder)}
    rows = [
        (
            str(number),
            step.name,
            step.settings.describe(),
            _state(standings[step.name]),
        )
        for number, step in enumerate(steps, 1)
    ]
    show(("", "step", "does", "state"), rows, title=f"{recipe.title}: profile {recipe.profile}, in {folder}")
    waiting = [step.name for step in steps if not standings[step.name].finished]
    click.echo()
    for line in summary(recipe, steps, waiting):
        click.echo(line)
    if timed:
        show_time(recipe, steps, waiting, folder, jobs)


def show_time(
    recipe: Recipe, steps: Sequence[Step[Any]], waiting: Sequence[str], folder: Path, jobs: int | None
) -> None:
    """Time each kind of training that is to be done and say how long the plan takes.

    Args:
        recipe: that was planned.
        steps: the whole plan.
        waiting: names of the steps that are not finished.
        folder: of the run, which keeps the rates.
        jobs: steps at once; ``None`` for as many as ``kgan run`` chooses.

    Raises:
        RecipeError: the number of images is not known.
    """
    from kgan.cli.progress_bars import RunBars
    from kgan.cli.tables import show
    from kgan.pipeline.execution.demand import Demands
    from kgan.pipeline.forecast import Room
    from kgan.plan.timing.measure import check_known, measure
    from kgan.plan.timing.outlook import duration, outlook, span, time_lines
    from kgan.plan.timing.rates import work_in, write_rates

    work = work_in(steps, folder)
    check_known(work, waiting)
    with local_backend(recipe, jobs) as backend, RunBars() as bars:
        measured = measure(steps, work, waiting, backend, compute_of(recipe), bars)
    write_rates(folder, work, measured.rates)
    gpus = Demands(compute_of(recipe), backend.gpus).gpus(steps)
    room = Room(backend.jobs, backend.all_gpus, gpus)
    ahead = outlook(steps, work, measured.rates, waiting, room)
    rows = [
        (kind, f"{count}", _memory(measured.memory_mb.get(kind)), duration(rate.seconds / count), span(rate))
        for kind, (rate, count) in ahead.kinds.items()
    ]
    click.echo()
    show(("timed", "steps", "memory", "mean", "all, one after the other"), rows)
    click.echo()
    for line in time_lines(ahead, work, waiting):
        click.echo(line)


def _state(standing: "Standing") -> str:
    if not standing.finished:
        return f"to do: {standing.why}"
    return standing.why if standing.released else "finished"


def summary(recipe: Recipe, steps: Sequence[Step[Any]], waiting: Sequence[str]) -> list[str]:
    """Return the lines below the table.

    Args:
        recipe: that was planned.
        steps: the whole plan.
        waiting: names of the steps that are not finished.
    """
    total, left = estimate(steps), estimate(steps, waiting)
    pools = [f"{count:,} in {name}" for name, count in left.images.items()]
    made = sum(total.images.values()) - sum(left.images.values())
    earlier = f" ({made:,} are there)" if made else ""
    lines = [
        f"{len(waiting)} of {len(steps)} steps to do",
        f"training to do: {'; '.join(_training(total, left)) or 'none'}",
        f"images to make: {', '.join(pools) or 'none'}{earlier}",
        _disk(left),
    ]
    lines += device_lines(recipe, gpu_count())
    lines += precision_lines(recipe, gpu_count())
    if recipe.data.path is not None:
        lines.append(
            "data: known by its files' names and contents (SHA-256); it may be moved, and the run too"
        )
    lines += undecidable(steps)
    if recipe.scale:
        lines.append(f"scale: {recipe.scale}")
    if recipe.stands_in:
        lines.append(
            f"no data given: the reader {recipe.reader.plugin!r} stands in (give yours with --data DIR)"
        )
    return lines


def undecidable(steps: Sequence[Step[Any]]) -> list[str]:
    """Say that planned comparisons, or positive controls, can find nothing, where that is known beforehand.

    Args:
        steps: a plan; how many patients it tests is known where the split is given in patients.
    """
    from kgan.stats.power import can_be_significant, never_significant

    compare = next((step.settings for step in steps if isinstance(step.settings, ComparisonSettings)), None)
    splits = [step.settings.split.test for step in steps if isinstance(step.settings, PrepareSettings)]
    tested = [count for count in splits if isinstance(count, int)]
    if compare is None or len(tested) < len(splits):
        return []
    patients = sum(tested)
    return [
        f"{never_significant(patients, pairs)}: test more patients (data.split) or {way_out}"
        for way_out, pairs in compare.families
        if not can_be_significant(patients, pairs, compare.alpha)
    ]


def _training(total: Estimate, left: Estimate) -> list[str]:
    """Return what is left to train, and of how much where some is done."""
    counts = (
        (left.steps, total.steps, "GAN training steps"),
        (left.warm_up, total.warm_up, "steps of warm-up before them"),
        *((left.epochs.get(name, 0), epochs, f"epochs in {name}") for name, epochs in total.epochs.items()),
        (left.classifiers, total.classifiers, "classifiers"),
    )
    return [f"{_number(few)}{_of(few, all_)} {what}" for few, all_, what in counts if few]


def _disk(left: Estimate) -> str:
    """Say what the images take: prepared ones, pools and curated pools."""
    text = f"disk: at most {size(sum(left.bytes.values()))} of images, before compression"
    if left.linked:
        names = ", ".join(left.linked)
        text += f"; {size(sum(left.linked.values()))} more ({names}) on a disk without hard links"
    if left.unknown:
        text += f"; not counted: {', '.join(left.unknown)}, whose number of images is not known"
    return f"{text}. Networks, checkpoints, tables and pages come on top"


def _of(left: float, total: float) -> str:
    return f" of {_number(total)}" if left < total else ""


def _number(count: float) -> str:
    return f"{count:,}" if isinstance(count, int) else f"{count:g}"


def _memory(megabytes: int | None) -> str:
    """Return the peak memory of a process, where it was measured."""
    return "" if megabytes is None else f"{megabytes / 1000:.1f} GB"
