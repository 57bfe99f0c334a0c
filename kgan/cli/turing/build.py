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

Give readers the page alone; the key says what each image is.
"""
)
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--gan", "gans", multiple=True, metavar="NAME", help="GAN, curation or refiner; repeatable.")
@click.option("--images", type=click.IntRange(1), help="Real and as many synthetic images of each class.")
@click.option("--repeats", type=click.IntRange(0), help="Images that are shown a second time.")
@click.option(
    "--image-size",
    type=click.IntRange(8, 1024),
    help="Height and width in pixels of all images.  [default: the generated images' own]",
)
@click.option("--seed", type=int, help="Of the draw; another seed makes another test.")
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
    """Write a page for each GAN, curation and refiner of RUN, and a key beside it in the folder 'keys'.

    Figures that are not given are the recipe's: 50 real and 50 synthetic images of each class, unless it says
    otherwise. Real images are of the test split as far as it has enough, since no GAN has seen those. The
    same command makes the same test again.
    """
    from kgan.analyses.visual_turing import step as turing
    from kgan.analyses.visual_turing.from_run import read_run, turing_settings
    from kgan.pipeline.context import StepContext

    finished = read_run(run)
    figures: dict[str, Any] = {"real": images, "synthetic": images, "repeats": repeats, "seed": seed}
    figures["image_size"] = None if image_size is None else [image_size, image_size]
    settings = turing_settings(finished, gans, figures)
    folder = out or run / turing.PAGES
    with tempfile.TemporaryDirectory() as place, Bars() as bars:
        context = StepContext("turing", settings, finished.places, Path(place), bars)
        facts = turing.run(context)
        for test in facts["tests"]:
            _refuse_another(folder / "keys" / f"{test['name']}.json", test["test"])
        for target, source in facts["publish"].items():
            _bring(Path(place) / source, folder / Path(target).relative_to(turing.PAGES))
    for text in facts["limits"]:
        click.echo(f"Shown: {text}")
    for test in facts["tests"]:
        page = shlex.quote(str(folder / f"{test['name']}.html"))
        click.echo(
            f"{page}: {test['images']} images{_twice(test['repeats'])}; real ones of "
            f"{test['patients']} patients ({', '.join(test['real_from'])})"
        )
    click.echo(f"Keys, not for readers: {shlex.quote(str(folder / 'keys'))}")


def _twice(repeats: int) -> str:
    return f" and {repeats} second showings" if repeats else ""


def _refuse_another(key: Path, test: str) -> None:
    """Refuse to take away a test that readers may have begun."""
    try:
        there = json.loads(key.read_text(encoding="utf-8")).get("test")
    except (OSError, ValueError, AttributeError):
        return
    if there != test:
        raise RunError(
            f"{key}: the key of another test, which readers may have begun; give --out, or remove "
            "it and its page"
        )


def _bring(source: Path, target: Path) -> None:
    from kgan.files.atomic import write_bytes

    write_bytes(target, source.read_bytes())
