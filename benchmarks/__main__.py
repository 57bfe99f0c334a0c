"""``python -m benchmarks``: kgan's speed beside that of others, one table."""

from pathlib import Path

import click

from benchmarks.speed import comparison, table
from benchmarks.speed.job import Job
from benchmarks.speed.jobs import COMPARED, JOBS
from benchmarks.speed.peaks import PEAKS
from benchmarks.speed.turns import compare, measure

#: What losses and gradients differ by.
COMPARISON = "comparison.json"


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="Measure the jobs whose name begins like this.")
@click.option(
    "--side", multiple=True, metavar="NAME", help="Measure kgan and the sides that begin like this."
)
@click.option("--turns", default=5, show_default=True, help="Turns of each side, after one that warms it up.")
@click.option("--seconds", default=4.0, show_default=True, help="Of a turn; a unit of work at least.")
@click.option("--threads", default=1, show_default=True, help="Of each side.")
@click.option("--quick", is_flag=True, help="A few small jobs in some minutes: does it work at all?")
@click.option(
    "--compare-only",
    is_flag=True,
    help="Compare losses and gradients; a later run into the same folder times.",
)
@click.option(
    "--out", default="build/benchmarks", show_default=True, help="Folder of performance.md and .csv."
)
def main(only, side, turns, seconds, threads, quick, compare_only, out) -> None:
    """Measure kgan beside PyTorch and others, in turns, and write the table.

    The machine must do nothing else: jobs that were disturbed get no ratio. Needs the extra `benchmarks`.

    \b
    Examples:
      python -m benchmarks
      python -m benchmarks --only PGGAN --only ResNet
      python -m benchmarks --compare-only
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
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    if compare_only:
        chosen = [_with_sides(job, side) for job in jobs if job.trained]
        _compare(chosen, threads, folder / COMPARISON)
        return
    results = []
    for job in jobs:
        job = _with_sides(job, side)
        compared = comparison.read(folder / COMPARISON, job) or compare(job, threads)
        results.append(measure(compared, turns, seconds, threads))
        click.echo(table.line(results[-1]))
        # After each job, as all of them take long.
        (folder / "performance.csv").write_text(table.as_csv(results))
        (folder / "performance.md").write_text(table.as_markdown(results, threads, turns))
    click.echo((folder / "performance.md").read_text())


def _compare(jobs: list[Job], threads: int, path: Path) -> None:
    results = []
    for job in jobs:
        results.append(compare(job, threads))
        click.echo(table.differences(results[-1]))
        comparison.write(path, results)


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
