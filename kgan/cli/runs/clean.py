"""``kgan clean``: delete what a run keeps on disk and nothing needs any more."""

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  kgan clean runs/two_step-demo --dry-run
  kgan clean runs/two_step-demo --yes
"""
)
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Delete without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be deleted, and delete nothing.")
def command(folder: Path, yes: bool, dry_run: bool) -> None:
    """Delete what the run in folder RUN no longer needs; show it with sizes, then ask.

    These are results that were replaced by later ones, folders of interrupted steps that cannot be continued,
    and, once the whole recipe is finished, pools of images. Models, tables, pages and manifests stay. The run
    stays finished; a step that needs a pool later makes it again from its models, without training.
    """
    from kgan.cli.tables import show
    from kgan.pipeline.lock import lock
    from kgan.pipeline.records.cleaning import delete, removable

    plan = removable(folder)
    for note in plan.notes:
        click.echo(note)
    if not plan.waste:
        click.echo(f"nothing to delete in {folder}")
        return
    rows = [(size(waste.bytes), str(waste.path.relative_to(folder)), waste.reason) for waste in plan.waste]
    show(("frees", "path", "why nothing needs it"), rows)
    total = size(sum(waste.bytes for waste in plan.waste))
    if dry_run:
        click.echo(f"{total} would be freed; nothing was deleted")
        return
    if not yes:
        click.confirm(f"Delete these, {total}?", abort=True)
    with lock(folder):
        for waste in removable(folder).waste:
            if waste in plan.waste:
                delete(waste)
    click.echo(f"{total} freed")


def size(count: float) -> str:
    """Return a number of bytes with its unit."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"
