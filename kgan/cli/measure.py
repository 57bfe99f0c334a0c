"""``kgan measure``: fidelity metrics of synthetic images, for any two folders or stores."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgan.errors import DataError

if TYPE_CHECKING:
    from kgan.analyses.fidelity.metrics.metric import FidelityMetric
    from kgan.features.pairing import PairedSets

_COLUMNS = ("", "value [95 %]", "baseline", "matched", "difference [95 %]", "")
#: Maximum height and width in pixels.
_MAX_SIZE = 4096


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
@click.option("--weights", default="imagenet", show_default=True, help="Weights of densenet169 and resnet50.")
@click.option("--image-size", metavar="HxW", help="Resize both sets to this size first.")
@click.option("--images", default=1000, show_default=True, help="Maximum number of images of each set.")
@click.option("--neighbours", default=5, show_default=True, help="For precision, recall, density, coverage.")
@click.option(
    "--patients",
    type=click.Choice(["folders", "images"]),
    default="folders",
    show_default=True,
    help="Whether each sub-folder is a patient, or each image.",
)
@click.option("--colour", is_flag=True, help="Use colour; default: luma.")
@click.option("--seed", default=0, show_default=True, help="Seed of image selection and resampling.")
@click.option("--out", type=click.Path(path_type=Path), help="Also write the table as CSV.")
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
    """Compare the images of SYNTHETIC with those of REAL.

    Each is a folder of PNG, JPEG or TIFF files, with or without sub-folders, or an HDF5 store of a run
    (train.h5, pool.h5). Both sets are reduced to the same number of images and resized to the same size.
    Brackets are patient-level (clustered) 95 % intervals; patients are identified by name, so several scans
    of one person count as several. "baseline" is the real-vs-real baseline: one image per patient of one
    half, compared with the other half. "matched" is the same number of synthetic images, compared with the
    same half; the expected difference of a perfect generator is 0.
    """
    from kgan.analyses.fidelity.metrics.all_metrics import METRICS, FidelityMetrics, work_units
    from kgan.analyses.fidelity.tables import Distance, distance_rows
    from kgan.cli.progress_bars import Bars
    from kgan.cli.tables import show
    from kgan.data.pictures.collections import open_images
    from kgan.features.extraction import extract_features
    from kgan.features.factory import make_features
    from kgan.features.pairing import check_ranges, pair_sets
    from kgan.files.tables import Table

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
    extractor = make_features(features, pair.real.image_shape[-1], weights=weights, image_size=size)
    with Bars() as bars:
        bars.begin(extractor.name, 2 * len(pair.real))
        points = extract_features(pair.real, extractor, "real images", bars)
        others = extract_features(pair.synthetic, extractor, "synthetic images", bars)
        bars.begin("metrics, intervals, baselines", work_units())
        measured = FidelityMetrics(points, pair.patients, neighbours=neighbours, seed=seed)
        metrics = measured.of(others, pair.owners, bars)
    height, width, _ = pair.real.image_shape
    properties = {
        "pool": str(synthetic),
        "against": str(real),
        "features": extractor.name,
        "real_images": len(pair.real),
        "patients": len(set(pair.patients.tolist())),
        "synthetic_images": len(pair.synthetic),
        "image_size": f"{height}x{width}",
        "neighbours": neighbours,
    }
    meanings = {metric.name: metric.meaning for metric in METRICS}
    show(_COLUMNS, [_row(metric, meanings[metric.name]) for metric in metrics])
    for line in _notes(properties, pair, (first.known, second.known), metrics):
        click.echo(line)
    if out is not None:
        Table(out.name, Distance).write(out.parent, distance_rows(metrics, properties))
        click.echo(f"table: {out}")


def _notes(
    properties: Mapping[str, Any],
    pair: "PairedSets",
    known: tuple[bool, bool],
    metrics: "Sequence[FidelityMetric]",
) -> Iterator[str]:
    """Yield the lines below the table: features, images, and notes."""
    size, neighbours = properties["image_size"], properties["neighbours"]
    yield f"features: {properties['features']}; images of {size} px; {neighbours} neighbours"
    patients = [
        f"of {len(set(names.tolist()))} patients" if is_known else "each counted as one patient"
        for is_known, names in zip(known, (pair.patients, pair.owners), strict=True)
    ]
    yield f"real images: {len(pair.real):,}, {patients[0]}"
    yield f"synthetic images: {len(pair.synthetic):,}{f', {patients[1]}' if known[1] else ''}"
    for note in (*pair.notes, *dict.fromkeys(metric.note for metric in metrics if metric.note)):
        yield f"note: {note}"


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) <= 2 and all(side.strip().isdecimal() and 0 < int(side) <= _MAX_SIZE for side in sides):
        return int(sides[0]), int(sides[-1])
    raise DataError(
        f"--image-size {text!r}: expected height x width in pixels, 1 to {_MAX_SIZE} each, such as 64x64"
    )


def _row(metric: "FidelityMetric", meaning: str) -> tuple[str, ...]:
    p_value = "" if metric.p is None else f", p {metric.p:.2g}"
    return (
        metric.name,
        _number(metric.value, metric.low, metric.high),
        _number(metric.baseline),
        _number(metric.matched),
        _number(metric.difference, metric.difference_low, metric.difference_high, sign="+"),
        f"{meaning}{p_value}",
    )


def _number(value: float | None, low: float | None = None, high: float | None = None, sign: str = "") -> str:
    if value is None:
        return "-"
    interval = "" if low is None or high is None else f" [{low:{sign}.3g}, {high:{sign}.3g}]"
    return f"{value:{sign}.3g}{interval}"
