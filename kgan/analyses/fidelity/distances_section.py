"""How far generated images are from real ones, by features: distances, overlap, and a classifier's test."""

from collections.abc import Mapping, Sequence

from kgan.files.columns import Count, Maybe, Name, Real, Row, Text
from kgan.pipeline.run_folder import FinishedStep, read_table
from kgan.report.formatting import NOTHING, SPACE, count, listing, number_of, p_value
from kgan.report.html import Cell, Section, Table

_APART = {"kid": "KID", "fid_shrunk": "FID, shrunk", "fid": "FID", "c2st": "Classified"}
_AMONG = {"precision": "Precision", "recall": "Recall", "density": "Density", "coverage": "Coverage"}
_DISTANCES = (
    "KID and FID are distances: lower is nearer. Both depend on how many patients the real images are of, "
    "whose slices are alike, FID on the number of images too: compare with the baseline. FID is given with "
    "covariances shrunk by Ledoit and Wolf’s formula, as those of few images are singular. “Classified” is "
    "the balanced accuracy of a simple classifier of real and generated images, trained on other patients’ "
    "images: 0.5 is chance, 1 is always right."
)
_OVERLAP = (
    "Precision: the share of generated images that lie among the real ones. Recall: the share of real images "
    "that lie among the generated ones. Density counts how many real images’ neighbourhoods hold a generated "
    "image, coverage how many real images have one in theirs: low coverage means that some kinds of images "
    "are not made."
)
_BASELINE = (
    "Brackets hold 95 % intervals with patients as units. The row “real vs real” is the baseline: one image "
    "of each patient of one half of the patients, compared with all images of the other half. “Matched”: as "
    "many images of the pool, compared with the same, and how far that is from the baseline. A perfect "
    "generator is at the baseline. One whose interval is all on the worse side (above for distances and "
    "classification, below for the others) is worse than real images of other patients; one much better than "
    "the baseline repeats the images that it learnt from."
)


class Measure(Row):
    """One line of ``distances.csv``: a measure of a pool against real images."""

    pool: Name
    against: Name
    measure: Name
    value: Maybe[Real]
    low: Maybe[Real]
    high: Maybe[Real]
    baseline: Maybe[Real]
    matched: Maybe[Real]
    difference: Maybe[Real]
    difference_low: Maybe[Real]
    difference_high: Maybe[Real]
    p: Maybe[Real]
    features: Text
    real_images: Count
    patients: Count
    synthetic_images: Count
    note: Text


def distances_section(step: FinishedStep | None, labels: Mapping[str, str]) -> Section | None:
    """Make the section on distances from the real images; ``None`` where they were not measured.

    Args:
        step: the measure step.
        labels: GANs and refiners by the names they are known under.
    """
    found = read_table(step.folder / "distances.csv", Measure) if step else []
    if not found:
        return None
    by = listing(list(dict.fromkeys(row.features for row in found)))
    return Section(
        "distances",
        "Distance from the real images",
        paragraphs=[f"Images are compared by {by}. {_DISTANCES}", _OVERLAP, _BASELINE],
        tables=[_table(found, labels, _APART), _table(found, labels, _AMONG)],
    )


def _table(found: Sequence[Measure], labels: Mapping[str, str], measures: Mapping[str, str]) -> Table:
    shown = [name for name in measures if any(row.measure == name and row.value is not None for row in found)]
    pools: dict[str, dict[str, Measure]] = {}
    for row in found:
        pools.setdefault(row.pool, {})[row.measure] = row
    rows: list[list[str | Cell]] = []
    for real in dict.fromkeys(row.against for row in found):
        mine = {name: row for name, row in pools.items() if next(iter(row.values())).against == real}
        rows.append(_real(real, next(iter(mine.values())), shown))
        rows += [_pool(labels.get(name, name), row, shown) for name, row in mine.items()]
    notes = list(dict.fromkeys(row.note for row in found if row.note and row.measure in measures))
    return Table(
        ["Images", *(measures[name] for name in shown)],
        rows,
        note=" ".join(f"{note[0].upper()}{note[1:]}." for note in notes),
    )


def _real(real: str, row: Mapping[str, Measure], shown: Sequence[str]) -> list[str | Cell]:
    any_row = next(iter(row.values()))
    below = f"{count(any_row.real_images)} images of {number_of(any_row.patients, 'patient')}"
    name = "real vs real" if real == "real" else f"{real} vs real"
    cells = [_figure(row[measure].baseline if measure in row else None) for measure in shown]
    return [Cell(name, below, strong=True), *cells]


def _pool(name: str, row: Mapping[str, Measure], shown: Sequence[str]) -> list[str | Cell]:
    images = count(next(iter(row.values())).synthetic_images)
    return [Cell(name, f"{images} images"), *(_cell(row.get(measure)) for measure in shown)]


def _cell(row: Measure | None) -> Cell:
    if row is None:
        return Cell(NOTHING)
    below = []
    if row.low is not None:
        below.append(f"[{_figure(row.low)},{SPACE}{_figure(row.high)}]")
    if row.matched is not None:
        below.append(f"matched{SPACE}{_figure(row.matched)}: {_difference(row)}")
    if row.p is not None:
        told = p_value(row.p)
        below.append(f"p{SPACE}{told}" if told.startswith("<") else f"p{SPACE}={SPACE}{told}")
    return Cell(_figure(row.value), "; ".join(below))


def _difference(row: Measure) -> str:
    sign = "+" if row.difference is not None and row.difference > 0 else ""
    limits = ""
    if row.difference_low is not None:
        limits = f"{SPACE}[{_figure(row.difference_low)},{SPACE}{_figure(row.difference_high)}]"
    return f"{sign}{_figure(row.difference)}{limits}"


def _figure(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3g}".replace("-", "−")
