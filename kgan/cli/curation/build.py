"""``kgan curation build``: pages for people from the curated pools of a run."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgan.errors import RunError, did_you_mean

if TYPE_CHECKING:
    from kgan.analyses.curation.review_page import Deciding
    from kgan.analyses.visual_turing.from_run import Finished

_PAGE = "decide.html"


@click.command(
    epilog="""\b
Examples:
  kgan curation build runs/two_step-demo
  kgan curation build runs/two_step-paper pggan_curated --images 8000 --out pages

Give a person the page alone. Name the file that it saves in the recipe:
  curations: {pggan_curated: {rule: decided, decisions: pggan_curated-dr-a.decisions.json}}
"""
)
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1, metavar="[CURATION]...")
@click.option(
    "--images",
    type=click.IntRange(1),
    default=4000,
    show_default=True,
    help="Shown at most, of all clusters together; each cluster shows 12 or all of its own at least.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the pages.  [default: RUN/curation]")
def command(run: Path, names: tuple[str, ...], images: int, out: Path | None) -> None:
    """Write a page for each curated pool of RUN: OUT/CURATION/decide.html, one file that needs no network."""
    from kgan.analyses.curation.review_page import curator_page
    from kgan.analyses.visual_turing.from_run import read_run
    from kgan.files.atomic import write_text

    finished = read_run(run)
    steps = _curations(finished)
    for name in names:
        if name not in steps:
            raise RunError(
                f"{run}: no curated pool {name!r}{did_you_mean(name, steps)}; there are: {', '.join(steps)}"
            )
    for name in names or steps:
        about = _deciding(finished, name, steps[name])
        seed = int(finished.manifests[steps[name]].get("settings", {}).get("seed", 0))
        page = (out or run / "curation") / name / _PAGE
        write_text(page, curator_page(about, seed, images))
        size = page.stat().st_size / 2**20
        click.echo(
            f"{shlex.quote(str(page))}: {len(about.pool)} images in {len(about.decisions.clusters)} clusters "
            f"({size:.1f} MiB)"
        )


def _curations(run: "Finished") -> dict[str, str]:
    """Return the curations that have clusters, by name."""
    found = {
        name.partition("-")[2]: name
        for name, about in run.manifests.items()
        if about.get("does") == "curate" and (run.places[name] / "decisions.json").is_file()
    }
    if not found:
        raise RunError(
            f"{run.folder}: no pool in clusters; expected a recipe with 'curations' whose rule is automatic "
            "or decided, and 'kgan run' to have come so far"
        )
    return found


def _deciding(run: "Finished", name: str, step: str) -> "Deciding":
    import numpy as np

    from kgan.analyses.curation.decisions_file import read_decisions
    from kgan.analyses.curation.review_page import Deciding
    from kgan.data.pictures.files import COLOURS
    from kgan.data.store.store import ImageStore
    from kgan.files.columns import Count, Row
    from kgan.files.tables import read_table

    class Kept(Row):
        """One line of ``kept.csv``."""

        cluster: Count

    source = run.manifests[step]["settings"]["source"]
    if source not in run.places:
        raise RunError(f"{run.folder}: {source}, whose pool was curated, is gone; run 'kgan run' again")
    sequences = ImageStore(run.places["prepare"] / "train.h5").provenance.get("sequences", ())
    rows = read_table(run.places[step] / "kept.csv", Kept, "a table of a step")
    return Deciding(
        title=_title(run.recipe, name),
        name=name,
        decisions=read_decisions(run.places[step] / "decisions.json"),
        assigned=np.array([row.cluster for _, row in rows], np.int64),
        pool=ImageStore(run.places[source] / "pool.h5"),
        colour=tuple(sequences) == COLOURS,
    )


def _title(recipe: Any, name: str) -> str:
    """Return how the pool is called: as what made it, where that has a title."""
    source = ((recipe.get("curations") or {}).get(name) or {}).get("source", name)
    for kind in ("gans", "refiners"):
        title = ((recipe.get(kind) or {}).get(source) or {}).get("title")
        if title:
            return str(title)
    return str(source)
