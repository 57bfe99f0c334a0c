"""``kgan report``: a finished run in the words of a paper."""

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  kgan report runs/two_step-demo --format md
  kgan report runs/two_step-demo --format md --out methods.md
"""
)
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["md"]), default="md", show_default=True, help="Markdown."
)
@click.option("--out", type=click.Path(path_type=Path), help="Where to write it.  [default: RUN/report.md]")
def command(folder: Path, form: str, out: Path | None) -> None:
    """Write methods, results and reporting checklists of the finished run in folder RUN.

    All numbers are those of the run's tables. Items of CLAIM 2024 and TRIPOD+AI that a run can answer name
    the file that proves the answer; the others are "not reported". A run of which a step is not finished is
    refused. 'kgan run' writes report.html by itself.
    """
    from kgan.analyses.report.manuscript.document import markdown
    from kgan.files.atomic import write_text
    from kgan.pipeline.records.finished_run import read_run

    path = out or folder / f"report.{form}"
    write_text(path, markdown(read_run(folder), path.parent))
    click.echo(f"{path}")
