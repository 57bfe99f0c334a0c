"""``kgan curation merge``: how far two people agree on clusters, and one decision of both."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kgan.analyses.curation.agreement import Agreement, Disputed

_LISTED = 12


@click.command(
    epilog="""\b
Examples:
  kgan curation merge pggan-a.decisions.json pggan-b.decisions.json
  kgan curation merge pggan-a.decisions.json pggan-b.decisions.json --out decisions.json --disputed keep
"""
)
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write one decision of both to this file.")
@click.option(
    "--disputed",
    type=click.Choice(["discard", "keep"]),
    default="discard",
    show_default=True,
    help="What becomes of clusters on which the two differ.",
)
def command(first: Path, second: Path, out: Path | None, disputed: "Disputed") -> None:
    """Say how far FIRST and SECOND agree, the files that two people saved from one page.

    Clusters that one of them left open do not count; in the merged file the other's decision holds for them.
    Brackets hold a 95 % interval.
    """
    from kgan.analyses.curation.agreement import agreement, merged
    from kgan.analyses.curation.decisions_file import read_decisions, write_decisions

    one, two = read_decisions(first), read_decisions(second)
    found = agreement(one, two)
    names = [name.decided_by or str(path) for name, path in ((one, first), (two, second))]
    click.echo(f"{names[0]} and {names[1]}, on {found.clusters} clusters: {_kappa(found)}")
    click.echo(
        f"both keep {found.both_keep}, both discard {found.both_discard}, disputed {len(found.disputed)}"
        f"{_which(found)}"
    )
    if out is not None:
        whole = merged(one, two, disputed)
        write_decisions(out, whole)
        kept = sum(cluster.keep for cluster in whole.clusters)
        left = sum(cluster.open for cluster in whole.clusters)
        said = f", {left} open, as the rule has them" if left else ""
        click.echo(f"{out}: {kept} of {len(whole.clusters)} clusters are kept{said}")


def _kappa(found: "Agreement") -> str:
    if found.kappa is None:
        why = "nothing was decided by both" if not found.clusters else "all decisions are the same"
        return f"Cohen's kappa is undefined, as {why}"
    limits = "" if found.low is None or found.high is None else f" [{found.low:.2f}, {found.high:.2f}]"
    return f"Cohen's kappa {found.kappa:.2f}{limits}"


def _which(found: "Agreement") -> str:
    if not found.disputed:
        return ""
    more = f" and {len(found.disputed) - _LISTED} more" if len(found.disputed) > _LISTED else ""
    return f" (clusters {', '.join(map(str, found.disputed[:_LISTED]))}{more})"
