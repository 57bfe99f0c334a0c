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
_COLUMNS = ("Images", "Metric", "Value", "Baseline (real vs real)", "Matched", "Difference")
_BASELINE = (
    "Brackets hold 95 % intervals with patients as units. The baseline is real vs real: one image of each "
    "patient of one half of the patients, compared with all images of the other half. “Matched”: as many "
    "images of the pool, compared with the same; “Difference”: how far that is from the baseline. A perfect "
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
    """Make a table of one row for each metric and pool, the pools of a metric below each other."""
    lines = [
        _line(metric, row, labels)
        for metric in metrics
        for row in rows
        if row.measure == metric.name and row.value is not None
    ]
    names = {metric.name for metric in metrics}
    notes = list(dict.fromkeys(row.note for row in rows if row.note and row.measure in names))
    return Table(
        _COLUMNS,
        lines,
        note=" ".join(f"{note[0].upper()}{note[1:]}." for note in notes),
    )


def _line(metric: Metric, row: Distance, labels: Mapping[str, str]) -> list[str | Cell]:
    real = "real" if row.against == "real" else row.against
    below = f"{count(row.real_images)} images of {number_of(row.patients, 'patient')}"
    p = "" if row.p is None else p_value(row.p)
    return [
        Cell(labels.get(row.pool, row.pool), f"{count(row.synthetic_images)} images"),
        Cell(metric.title, strong=True),
        Cell(_value(row.value), _limits(row.low, row.high)),
        Cell(_value(row.baseline), f"{real}, {below}"),
        _value(row.matched),
        Cell(
            _signed(row.difference),
            "; ".join(
                text
                for text in (
                    _limits(row.difference_low, row.difference_high),
                    p and (f"p{SPACE}{p}" if p.startswith("<") else f"p{SPACE}={SPACE}{p}"),
                )
                if text
            ),
        ),
    ]


def _limits(low: float | None, high: float | None) -> str:
    return "" if low is None else f"[{_value(low)},{SPACE}{_value(high)}]"


def _signed(value: float | None) -> str:
    return f"+{_value(value)}" if value is not None and value > 0 else _value(value)


def _value(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3g}".replace("-", "−")
