"""``kgan measure``: how like real images synthetic ones are, of any two folders or stores."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgan.errors import DataError

if TYPE_CHECKING:
    from kgan.analyses.fidelity.metrics.all_metrics import FidelityMetric
    from kgan.features.pairing import PairedSets

_COLUMNS = ("", "value [95 %]", "baseline", "matched", "difference [95 %]", "")
_BEST = {
    "kid": "kernel distance; 0 is alike",
    "fid_shrunk": "Fréchet distance, shrunk; low is alike",
    "fid": "Fréchet distance; low is alike",
    "precision": "synthetic images among real ones",
    "recall": "real images among synthetic ones",
    "density": "how deep among real ones; 1 is as they are themselves",
    "coverage": "real images with a synthetic one near",
    "c2st": "told from real by a classifier; 0.5 is chance",
}


#: Pixels of a side, at most.
_LONGEST = 4096


@click.command(
    "measure",
    epilog="""\b
Examples:
  kgan measure real/ generated/
  kgan measure runs/two_step-demo/steps/prepare/*/train.h5 generated/ --features pixels --out measures.csv
  kgan measure real/ generated/ --features densenet169 --weights densenet169_notop.h5
  kgan measure real/ generated/ --features classifier:runs/two_step-demo/steps/classify-1-real-scratch
""",
)
@click.argument("real", type=click.Path(path_type=Path))
@click.argument("synthetic", type=click.Path(path_type=Path))
@click.option(
    "--features",
    default="random",
    show_default=True,
    metavar="NAME",
    help="pixels, random, densenet169, resnet50, or classifier:FOLDER of a run.",
)
@click.option("--weights", default="imagenet", show_default=True, help="Of densenet169 and resnet50.")
@click.option("--image-size", metavar="HxW", help="Bring both sets to this size first.")
@click.option("--images", default=1000, show_default=True, help="Of each set, at most.")
@click.option("--neighbours", default=5, show_default=True, help="Of precision, recall, density, coverage.")
@click.option(
    "--patients",
    type=click.Choice(["folders", "images"]),
    default="folders",
    show_default=True,
    help="Whether sub-folders are patients, or each image is its own.",
)
@click.option("--colour", is_flag=True, help="Keep the colour of pictures; brightness otherwise.")
@click.option("--seed", default=0, show_default=True, help="Of the choice and of the resampling.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the table as CSV too.")
def command(
    real: Path,
    synthetic: Path,
    features: str,
    weights: str,
    image_size: str | None,
    images: int,
    neighbours: int,
    patients: str,
    colour: bool,
    seed: int,
    out: Path | None,
) -> None:
    """Measure the images of SYNTHETIC against those of REAL.

    Each is a folder of PNG, JPEG or TIFF files, in sub-folders or not, or an HDF5 store of a run
    (train.h5, pool.h5). As many images are taken of each, and both are brought to one size in one way.
    Brackets hold 95 % intervals with patients as units, by their names: several scans of one person count as
    several. The baseline is what real images give: one image of each patient of one half, compared with the
    other half. "Matched" are as many synthetic images, compared with the same; of a perfect generator the
    difference is 0 on average.
    """
    from kgan.analyses.fidelity import metrics_table
    from kgan.analyses.fidelity.metrics.all_metrics import fidelity_metrics, work_units
    from kgan.cli.progress_bars import Bars
    from kgan.cli.tables import show
    from kgan.data.pictures.collections import open_images
    from kgan.features.extraction import extract_features
    from kgan.features.factory import make_features
    from kgan.features.pairing import check_ranges, pair_sets

    if min(images, neighbours) < 1:
        raise DataError(f"--images {images} --neighbours {neighbours}: expected 1 or more of each")
    size = _size(image_size)
    first = open_images(real, size, by_folder=patients == "folders", colour=colour)
    second = open_images(synthetic, size, by_folder=patients == "folders", colour=colour)
    pair = pair_sets(
        first.images,
        first.patients,
        second.images,
        second.patients,
        images=images,
        image_size=size,
        seed=seed,
    )
    check_ranges(pair.real, pair.synthetic)
    by = make_features(features, pair.real.image_shape[-1], weights=weights, image_size=size)
    with Bars() as bars:
        bars.begin(by.name, 2 * len(pair.real))
        points = extract_features(pair.real, by, "real images", bars)
        others = extract_features(pair.synthetic, by, "synthetic images", bars)
        bars.begin("measures, intervals, baselines", work_units())
        found = fidelity_metrics(
            points, pair.patients, others, pair.owners, neighbours=neighbours, seed=seed, progress=bars
        )
    height, width, _ = pair.real.image_shape
    about = {
        "pool": synthetic,
        "against": real,
        "features": by.name,
        "real_images": len(pair.real),
        "patients": len(set(pair.patients.tolist())),
        "synthetic_images": len(pair.synthetic),
        "image_size": f"{height}x{width}",
        "neighbours": neighbours,
    }
    show(_COLUMNS, [_row(one) for one in found])
    for line in _said(about, pair, (first.known, second.known), found):
        click.echo(line)
    if out is not None:
        metrics_table.write(out, metrics_table.rows(found, about))
        click.echo(f"table: {out}")


def _said(
    about: Mapping[str, Any], pair: "PairedSets", known: tuple[bool, bool], found: "Sequence[FidelityMetric]"
) -> Iterator[str]:
    """Yield the lines below the table: by what was compared, which images, and notes."""
    size, neighbours = about["image_size"], about["neighbours"]
    yield f"features: {about['features']}; images of {size} px; {neighbours} neighbours"
    whose = [
        f"of {len(set(of.tolist()))} patients" if told else "each taken for a patient of its own"
        for told, of in zip(known, (pair.patients, pair.owners), strict=True)
    ]
    yield f"images: {len(pair.real):,} real ones {whose[0]}"
    yield f"        {len(pair.synthetic):,} synthetic ones {whose[1] if known[1] else ''}".rstrip()
    for note in (*pair.notes, *dict.fromkeys(one.note for one in found if one.note)):
        yield f"note: {note}"


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) <= 2 and all(side.strip().isdecimal() and 0 < int(side) <= _LONGEST for side in sides):
        return int(sides[0]), int(sides[-1])
    raise DataError(
        f"--image-size {text!r}: expected height x width in pixels, 1 to {_LONGEST} each, such as 64x64"
    )


def _row(one: "FidelityMetric") -> tuple[str, ...]:
    told = "" if one.p is None else f", p {one.p:.2g}"
    return (
        one.name,
        _figure(one.value, one.low, one.high),
        _figure(one.baseline),
        _figure(one.matched),
        _figure(one.difference, one.difference_low, one.difference_high, sign="+"),
        f"{_BEST[one.name]}{told}",
    )


def _figure(value: float | None, low: float | None = None, high: float | None = None, sign: str = "") -> str:
    if value is None:
        return "-"
    between = "" if low is None or high is None else f" [{low:{sign}.3g}, {high:{sign}.3g}]"
    return f"{value:{sign}.3g}{between}"
