"""``kgan run``: every step of a recipe, from scans to report."""

import json
import shlex
from pathlib import Path

import click

from kgan.cli.progress_bars import RunBars

#: State of a step without output.
LEFT_OUT = "left out"


@click.command(
    epilog="""\b
Examples:
  kgan run recipes/two_step.yaml
  kgan run two_step --profile paper --data /data/BRATS2016 --out /scratch/two_step
  kgan run my_recipe.yaml --set gans.pggan.train.epochs=50 --seed 7
  kgan run two_step --profile paper --jobs 4 --devices 0,1
  kgan run two_step --profile paper --scheduler tcp://head:8786
"""
)
@click.argument("recipe")
@click.option("--profile", help="Profile: demo (the default of the shipped recipes), small, paper, ...")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of scans, in the layout of the recipe's reader."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/<name>-<profile>]"
)
@click.option("--set", "overrides", multiple=True, metavar="A.B=VALUE", help="Change one value; repeatable.")
@click.option("--seed", type=int, help="Seed of all random numbers.  [default: the recipe's]")
@click.option("--jobs", type=int, help="Steps at once.  [default: as many as cores, memory and GPUs bear]")
@click.option(
    "--devices", metavar="N|LIST", help="GPUs of each training (2), or which GPUs to use (0,2).  [default: 1]"
)
@click.option(
    "--scheduler",
    metavar="ADDRESS|FILE|local",
    help="Run steps on a Dask cluster: its address, a scheduler file, or local for this machine alone.",
)
@click.option("--until", metavar="STEP", help="Stop after this step and its dependencies (see kgan plan).")
def command(
    recipe: str,
    profile: str | None,
    data: Path | None,
    out: Path | None,
    overrides: tuple[str, ...],
    seed: int | None,
    jobs: int | None,
    devices: str | None,
    scheduler: str | None,
    until: str | None,
) -> None:
    """Run RECIPE: a file, or the name of a shipped recipe.

    Finished steps are skipped. Changed steps and their dependents run again. Steps that do not need each
    other run at once. An interrupted training run continues from its last checkpoint: give the same command
    again.
    """
    from kgan import recipe as recipes
    from kgan.cli.options import backend_of, compute_of, parse_devices, run_folder
    from kgan.cli.plan import undecidable
    from kgan.cli.runs.clean import size
    from kgan.pipeline import run, status
    from kgan.pipeline.lock import lock
    from kgan.pipeline.records.cleaning import release_pools
    from kgan.plan import plan, steps_until
    from kgan.plan.timing.rates import forecast_in

    if devices is not None:
        overrides = (*overrides, f"compute.devices={json.dumps(parse_devices(devices))}")
    loaded = recipes.load(recipe, profile=profile, data=data, overrides=overrides, seed=seed)
    steps = plan(loaded)
    if until is not None:
        steps = steps_until(steps, until)
    folder = run_folder(loaded, out)
    with RunBars() as bars:
        before = run(
            steps,
            folder,
            backend=backend_of(loaded, steps, folder, bars, jobs, scheduler),
            compute=compute_of(loaded),
            resolved=loaded.resolved(),
            progress=bars,
            forecast=forecast_in(steps, folder),
            notes=undecidable(steps),
        )
    if "pools" not in loaded.compute.keep:
        with lock(folder):
            freed = release_pools(folder)
        if freed:
            click.echo(f"pools deleted, as compute.keep has none: {size(freed)} freed")
    waiting = sum(not standing.finished for standing in before)
    done = "everything was already finished" if not waiting else f"{waiting} of {len(before)} steps run"
    for standing in status(steps, folder):
        if standing.why.startswith(LEFT_OUT):
            click.echo(f"{standing.step} was {standing.why}")
    click.echo(f"{done}. Results: {shlex.quote(str(folder))}" + _report(folder))


def _report(folder: Path) -> str:
    page = folder / "report.html"
    return f"; open {shlex.quote(str(page))}" if page.exists() else ""
