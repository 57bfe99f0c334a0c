"""``kgan curation merge``: agreement of two reviewers on clusters, and their merged decisions."""

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
@click.option("--out", type=click.Path(path_type=Path), help="Write the merged decisions to this file.")
@click.option(
    "--disputed",
    type=click.Choice(["discard", "keep"]),
    default="discard",
    show_default=True,
    help="Decision for clusters on which the reviewers disagree.",
)
def command(first: Path, second: Path, out: Path | None, disputed: "Disputed") -> None:
    """Report the agreement of FIRST and SECOND, the files of two reviewers of one page.

    Clusters that a reviewer left open do not count; the merged file has the decision of the other reviewer.
    Brackets are a 95 % interval.
    """
    from kgan.analyses.curation.agreement import agreement, merged
    from kgan.analyses.curation.decisions_file import read_decisions, write_decisions

    reviews = read_decisions(first), read_decisions(second)
    agreed = agreement(*reviews)
    names = [review.decided_by or str(path) for review, path in zip(reviews, (first, second), strict=True)]
    click.echo(f"{names[0]} and {names[1]}, on {agreed.clusters} clusters: {_kappa(agreed)}")
    click.echo(
        f"both keep {agreed.both_keep}, both discard {agreed.both_discard}, disputed {len(agreed.disputed)}"
        f"{_disputed(agreed)}"
    )
    if out is not None:
        decisions = merged(*reviews, disputed)
        write_decisions(out, decisions)
        kept = sum(cluster.keep for cluster in decisions.clusters)
        undecided = sum(cluster.open for cluster in decisions.clusters)
        note = f", {undecided} open, with the decision of the automatic rule" if undecided else ""
        click.echo(f"{out}: {kept} of {len(decisions.clusters)} clusters are kept{note}")


def _kappa(agreed: "Agreement") -> str:
    if agreed.kappa is None:
        reason = "no cluster was decided by both" if not agreed.clusters else "all decisions are the same"
        return f"Cohen's kappa is undefined, because {reason}"
    limits = "" if agreed.low is None or agreed.high is None else f" [{agreed.low:.2f}, {agreed.high:.2f}]"
    return f"Cohen's kappa {agreed.kappa:.2f}{limits}"


def _disputed(agreed: "Agreement") -> str:
    if not agreed.disputed:
        return ""
    more = f" and {len(agreed.disputed) - _LISTED} more" if len(agreed.disputed) > _LISTED else ""
    return f" (clusters {', '.join(map(str, agreed.disputed[:_LISTED]))}{more})"
