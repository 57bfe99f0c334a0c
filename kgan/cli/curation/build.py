"""``kgan curation build``: review pages for the curated pools of a run."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgan.errors import RunError, did_you_mean

if TYPE_CHECKING:
    from kgan.analyses.curation.review_page import Review
    from kgan.analyses.curation.settings import CurationSettings
    from kgan.pipeline.records.finished_run import FinishedRun
    from kgan.pipeline.records.run_folder import FinishedStep

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
    from kgan.files.atomic import write_text
    from kgan.pipeline.records.finished_run import read_run

    finished = read_run(run)
    steps = _curations(finished)
    for name in names:
        if name not in steps:
            raise RunError(
                f"{run}: no curated pool {name!r}{did_you_mean(name, steps)}; there are: {', '.join(steps)}"
            )
    for name in names or steps:
        review = _review(finished, name, steps[name])
        page = (out or run / "curation") / name / _PAGE
        write_text(page, curator_page(review, steps[name].settings.seed, images))
        size = page.stat().st_size / 2**20
        click.echo(
            f"{shlex.quote(str(page))}: {len(review.pool)} images in "
            f"{len(review.decisions.clusters)} clusters ({size:.1f} MiB)"
        )


def _curations(run: "FinishedRun") -> "dict[str, FinishedStep[CurationSettings]]":
    """Return the steps of the curations with clusters, by name."""
    from kgan.analyses.curation.settings import CurationSettings

    curations = {
        step.name.partition("-")[2]: step
        for step in run.steps.of(CurationSettings)
        if (step.folder / "decisions.json").is_file()
    }
    if not curations:
        raise RunError(
            f"{run.folder}: no clustered pool; expected a recipe with 'curations' whose rule is automatic "
            "or decided, and a finished step 'curate'; run 'kgan run' first"
        )
    return curations


def _review(run: "FinishedRun", name: str, step: "FinishedStep[CurationSettings]") -> "Review":
    import numpy as np

    from kgan.analyses.curation.decisions_file import read_decisions
    from kgan.analyses.curation.review_page import Review
    from kgan.analyses.curation.tables import IMAGES
    from kgan.data.pictures.files import COLOURS
    from kgan.data.store.store import ImageStore

    folders, source = run.folders, step.settings.source
    if source not in folders:
        raise RunError(f"{run.folder}: {source}, whose pool was curated, is gone; run 'kgan run' again")
    sequences = ImageStore(folders["prepare"] / "train.h5").provenance.get("sequences", ())
    return Review(
        title=_title(run.recipe, name),
        name=name,
        decisions=read_decisions(step.folder / "decisions.json"),
        assigned=np.array([row.cluster for row in IMAGES.read(step.folder)], np.int64),
        pool=ImageStore(folders[source] / "pool.h5"),
        colour=tuple(sequences) == COLOURS,
    )


def _title(recipe: Any, name: str) -> str:
    """Return the display name of the pool that is curated."""
    from kgan.registry import display_name

    source = ((recipe.get("curations") or {}).get(name) or {}).get("source", name)
    models = ((recipe.get(kind) or {}).get(source) for kind in ("gans", "refiners"))
    model: Any = next((model for model in models if model), {})
    return display_name(source, model.get("plugin", ""), model.get("title"))
