"""``kgan curation build``: review pages for the curated pools of a run."""

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

Give the reviewer only the page. Name the saved file in the recipe:
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
    help="Maximum number of images over all clusters; each cluster shows at least 12 (or all).",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the pages.  [default: RUN/curation]")
def command(run: Path, names: tuple[str, ...], images: int, out: Path | None) -> None:
    """Write an offline page for each curated pool of RUN: OUT/CURATION/decide.html."""
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
        review = _review(finished, name, steps[name])
        seed = int(finished.manifests[steps[name]].get("settings", {}).get("seed", 0))
        page = (out or run / "curation") / name / _PAGE
        write_text(page, curator_page(review, seed, images))
        size = page.stat().st_size / 2**20
        click.echo(
            f"{shlex.quote(str(page))}: {len(review.pool)} images in "
            f"{len(review.decisions.clusters)} clusters ({size:.1f} MiB)"
        )


def _curations(run: "Finished") -> dict[str, str]:
    """Return the steps of the curations with clusters, by name."""
    curations = {
        name.partition("-")[2]: name
        for name, manifest in run.manifests.items()
        if manifest.get("does") == "curate" and (run.places[name] / "decisions.json").is_file()
    }
    if not curations:
        raise RunError(
            f"{run.folder}: no clustered pool; expected a recipe with 'curations' whose rule is automatic "
            "or decided, and a finished step 'curate'; run 'kgan run' first"
        )
    return curations


def _review(run: "Finished", name: str, step: str) -> "Deciding":
    import numpy as np

    from kgan.analyses.curation.decisions_file import read_decisions
    from kgan.analyses.curation.review_page import Deciding
    from kgan.data.pictures.files import COLOURS
    from kgan.data.store.store import ImageStore
    from kgan.files.columns import Count, Row
    from kgan.files.tables import read_table

    class Kept(Row):
        """One row of ``kept.csv``."""

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
    """Return the display name of a pool: the title of its model, if it has one."""
    source = ((recipe.get("curations") or {}).get(name) or {}).get("source", name)
    for kind in ("gans", "refiners"):
        title = ((recipe.get(kind) or {}).get(source) or {}).get("title")
        if title:
            return str(title)
    return str(source)
