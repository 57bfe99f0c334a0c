"""``python -m benchmarks``: kgan's speed beside that of others, one table."""

from pathlib import Path

import click

from benchmarks.speed import table
from benchmarks.speed.job import Job
from benchmarks.speed.jobs import COMPARED, JOBS
from benchmarks.speed.peaks import PEAKS
from benchmarks.speed.turns import measure


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="Measure the jobs whose name begins like this.")
@click.option(
    "--side", multiple=True, metavar="NAME", help="Measure kgan and the sides that begin like this."
)
@click.option("--turns", default=5, show_default=True, help="Turns of each side, after one that warms it up.")
@click.option("--seconds", default=4.0, show_default=True, help="Of a turn; a unit of work at least.")
@click.option("--threads", default=1, show_default=True, help="Of each side.")
@click.option("--quick", is_flag=True, help="A few small jobs in some minutes: does it work at all?")
@click.option("--compare/--no-compare", default=True, show_default=True, help="Losses and gradients, first.")
@click.option(
    "--out", default="build/benchmarks", show_default=True, help="Folder of performance.md and .csv."
)
def main(only, side, turns, seconds, threads, quick, compare, out) -> None:
    """Measure kgan beside PyTorch and others, in turns, and write the table.

    The machine must do nothing else: jobs that were disturbed get no ratio. Needs the extra `benchmarks`.

    \b
    Examples:
      python -m benchmarks
      python -m benchmarks --only PGGAN --only ResNet
      python -m benchmarks --quick
    """
    jobs = [job for job in (COMPARED if only else JOBS) if _chosen(job, only, quick)]
    if not jobs:
        raise click.UsageError(
            f"no job is named like {', '.join(only)}; known: {', '.join(j.name for j in JOBS)}"
        )
    jobs = list(PEAKS) + jobs if only else jobs
    if quick:
        turns, seconds = 1, 0.5
    results = []
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for job in jobs:
        results.append(measure(_with_sides(job, side), turns, seconds, threads, compare))
        click.echo(table.line(results[-1]))
        # After each job, as all of them take long.
        (folder / "performance.csv").write_text(table.as_csv(results))
        (folder / "performance.md").write_text(table.as_markdown(results, threads, turns))
    click.echo((folder / "performance.md").read_text())


def _chosen(job: Job, only: tuple[str, ...], quick: bool) -> bool:
    if only:
        return any(job.name.lower().startswith(name.lower()) for name in only)
    return job.quick or not quick


def _with_sides(job: Job, sides: tuple[str, ...]) -> Job:
    if not sides or job in PEAKS:
        return job
    from dataclasses import replace

    chosen = {name: make for name, make in job.sides.items() if name == "kgan" or name.startswith(sides)}
    return replace(job, sides=chosen)


if __name__ == "__main__":
    main()
