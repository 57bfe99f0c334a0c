"""``kgan turing build``: Visual Turing Tests of the images of a run."""

import json
import shlex
import tempfile
from pathlib import Path
from typing import Any

import click

from kgan.cli.progress_bars import Bars
from kgan.errors import RunError


@click.command(
    epilog="""\b
Examples:
  kgan turing build runs/two_step-demo
  kgan turing build runs/multi_sequence-paper --gan wgan_concat --images 50 --out tests

Give raters only the page; the key holds the origin of each image.
"""
)
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--gan", "gans", multiple=True, metavar="NAME", help="GAN, curation or refiner; repeatable.")
@click.option("--images", type=click.IntRange(1), help="Real images per class, and as many synthetic ones.")
@click.option("--repeats", type=click.IntRange(0), help="Number of images shown a second time.")
@click.option(
    "--image-size",
    type=click.IntRange(8, 1024),
    help="Height and width in pixels of all images.  [default: as generated]",
)
@click.option("--seed", type=int, help="Seed of the selection; another seed gives another test.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the pages.  [default: RUN/turing]")
def command(
    run: Path,
    gans: tuple[str, ...],
    images: int | None,
    repeats: int | None,
    image_size: int | None,
    seed: int | None,
    out: Path | None,
) -> None:
    """Write a page for each GAN, curation and refiner of RUN, and its key in the folder 'keys'.

    Omitted options have the values of the recipe; its defaults are 50 real and 50 synthetic images per class.
    Real images are from the test split if it has enough, because no GAN has seen them. The same command gives
    the same test.
    """
    from kgan.analyses.visual_turing import step as turing
    from kgan.analyses.visual_turing.facts import written_tests
    from kgan.analyses.visual_turing.from_run import turing_settings
    from kgan.pipeline.context import StepContext
    from kgan.pipeline.records.finished_run import read_run

    finished = read_run(run)
    changes: dict[str, Any] = {
        "real": images,
        "synthetic": images,
        "repeats": repeats,
        "image_size": image_size,
    }
    settings = turing_settings(finished, gans, changes, seed)
    folder = out or run / turing.PAGES
    with tempfile.TemporaryDirectory() as place, Bars() as bars:
        context = StepContext("turing", settings, finished.folders, Path(place), bars)
        facts = turing.run(context)
        tests = written_tests(facts)
        for test in tests:
            _refuse_another(folder / "keys" / f"{test.name}.json", test.test)
        for target, source in facts["publish"].items():
            _copy(Path(place) / source, folder / Path(target).relative_to(turing.PAGES))
    for text in facts["limits"]:
        click.echo(f"Shown: {text}")
    for test in tests:
        page = shlex.quote(str(folder / f"{test.name}.html"))
        click.echo(
            f"{page}: {test.images} images{_repeats(test.repeats)}; real images of "
            f"{test.patients} patients ({', '.join(test.real_from)})"
        )
    click.echo(f"Keys, not for raters: {shlex.quote(str(folder / 'keys'))}")


def _repeats(repeats: int) -> str:
    return f" and {repeats} repeated ones" if repeats else ""


def _refuse_another(key: Path, test: str) -> None:
    """Refuse to replace a test that raters may have started."""
    try:
        existing = json.loads(key.read_text(encoding="utf-8")).get("test")
    except (OSError, ValueError, AttributeError):
        return
    if existing != test:
        raise RunError(
            f"{key}: the key of another test, which raters may have started; give --out, or remove "
            "it and its page"
        )


def _copy(source: Path, target: Path) -> None:
    from kgan.files.atomic import write_bytes

    write_bytes(target, source.read_bytes())
