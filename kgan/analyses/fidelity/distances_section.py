"""How far generated images are from real ones, by features: distances, overlap, and a classifier's test."""

from collections.abc import Iterator, Mapping, Sequence

from kgan.analyses.fidelity.metrics.all_metrics import METRICS
from kgan.analyses.fidelity.metrics.metric import GROUPS, Metric
from kgan.analyses.fidelity.settings import FidelitySettings
from kgan.analyses.fidelity.tables import DISTANCES, Distance
from kgan.pipeline.records.run_folder import FinishedStep
from kgan.report.formatting import NOTHING, SPACE, count, listing, number_of, p_value
from kgan.report.html import Cell, Section, Table

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


def distances_section(step: FinishedStep[FidelitySettings], labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section on distances from the real images; none where they were not measured.

    Args:
        step: that measured them.
        labels: display names of GANs and refiners.
    """
    rows = DISTANCES.read(step.folder)
    if rows:
        features = listing(list(dict.fromkeys(row.features for row in rows)))
        groups = [[metric for metric in METRICS if metric.group == group] for group in GROUPS]
        yield Section(
            "distances",
            "Distance from the real images",
            paragraphs=[f"Images are compared by {features}. {_DISTANCES}", _OVERLAP, _BASELINE],
            tables=[_table(rows, labels, metrics) for metrics in groups],
        )


def _table(rows: Sequence[Distance], labels: Mapping[str, str], metrics: Sequence[Metric]) -> Table:
    defined = {row.measure for row in rows if row.value is not None}
    shown = [metric for metric in metrics if metric.name in defined]
    pools: dict[str, dict[str, Distance]] = {}
    for row in rows:
        pools.setdefault(row.pool, {})[row.measure] = row
    lines: list[list[str | Cell]] = []
    for real in dict.fromkeys(row.against for row in rows):
        compared = {name: by for name, by in pools.items() if next(iter(by.values())).against == real}
        lines.append(_real(real, next(iter(compared.values())), shown))
        lines += [_pool(labels.get(name, name), by, shown) for name, by in compared.items()]
    names = {metric.name for metric in metrics}
    notes = list(dict.fromkeys(row.note for row in rows if row.note and row.measure in names))
    return Table(
        ["Images", *(metric.title for metric in shown)],
        lines,
        note=" ".join(f"{note[0].upper()}{note[1:]}." for note in notes),
    )


def _real(real: str, by_metric: Mapping[str, Distance], shown: Sequence[Metric]) -> list[str | Cell]:
    first = next(iter(by_metric.values()))
    below = f"{count(first.real_images)} images of {number_of(first.patients, 'patient')}"
    name = "real vs real" if real == "real" else f"{real} vs real"
    rows = (by_metric.get(metric.name) for metric in shown)
    return [Cell(name, below, strong=True), *(_value(row.baseline if row else None) for row in rows)]


def _pool(name: str, by_metric: Mapping[str, Distance], shown: Sequence[Metric]) -> list[str | Cell]:
    images = count(next(iter(by_metric.values())).synthetic_images)
    return [Cell(name, f"{images} images"), *(_cell(by_metric.get(metric.name)) for metric in shown)]


def _cell(row: Distance | None) -> Cell:
    if row is None:
        return Cell(NOTHING)
    below = []
    if row.low is not None:
        below.append(f"[{_value(row.low)},{SPACE}{_value(row.high)}]")
    if row.matched is not None:
        below.append(f"matched{SPACE}{_value(row.matched)}: {_difference(row)}")
    if row.p is not None:
        p = p_value(row.p)
        below.append(f"p{SPACE}{p}" if p.startswith("<") else f"p{SPACE}={SPACE}{p}")
    return Cell(_value(row.value), "; ".join(below))


def _difference(row: Distance) -> str:
    sign = "+" if row.difference is not None and row.difference > 0 else ""
    limits = ""
    if row.difference_low is not None:
        limits = f"{SPACE}[{_value(row.difference_low)},{SPACE}{_value(row.difference_high)}]"
    return f"{sign}{_value(row.difference)}{limits}"


def _value(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3g}".replace("-", "−")
