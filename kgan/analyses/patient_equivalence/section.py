"""The report's section on patient equivalence: a table, a figure and plain sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kgan.analyses.patient_equivalence.quantity import CensoredCount, EquivalentPatients
from kgan.analyses.patient_equivalence.settings import PatientEquivalenceSettings
from kgan.analyses.patient_equivalence.tables import CURVES, FIGURE, CurvePoint, EquivalenceFacts
from kgan.analyses.patient_equivalence.wording import headlines, not_covered, whole
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.report.formatting import NOTHING, SPACE, count, number_of, percent
from kgan.report.html import Cell, Figure, Section, Table

_CAVEAT = (
    "The pool's model learnt from all training patients, also where the classifier had only a few of them. A "
    "pool of a GAN trained on those few alone would be expected to be equivalent to fewer patients, or to as "
    "many at most. So these estimates say what a finished pool adds where real images are few, not that few "
    "patients suffice to make it."
)
_CAPTION = (
    "Bands: 95 % intervals, with test patients as units. Lines: the monotone learning curves from which the "
    "equivalent patients are read, linear in the logarithm of the number of patients."
)
_NOTE = (
    "In brackets: 95 % intervals, with test patients as units. Bold: the interval of the equivalent patients "
    "does not contain 0. > and < (more, less than): the curve without the pool does not reach that accuracy, "
    "or is above it from its beginning; nothing is extrapolated. They are read from accuracies."
)


@dataclass(frozen=True, eq=False)
class _Size:
    """One number of real patients: rows of the table without and with the pool, and the estimate."""

    without: CurvePoint
    with_pool: CurvePoint
    estimate: EquivalentPatients


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section on patient equivalence; none where it was not estimated."""
    step = run.first_of(PatientEquivalenceSettings)
    sizes = _sizes(CURVES.read(step.folder)) if step else []
    if step is not None and sizes:
        yield _section(step, sizes, labels.get(step.settings.source, step.settings.source))


def _section(step: FinishedStep[PatientEquivalenceSettings], sizes: Sequence[_Size], name: str) -> Section:
    facts = EquivalenceFacts.model_validate(step.facts)
    figure = step.folder / FIGURE
    alt = f"Accuracy over the number of real patients, without and with the pool of {name}."
    return Section(
        "equivalent",
        f"Equivalent patients: {name}",
        paragraphs=[
            "Classifiers learnt from growing numbers of real patients, each number without and with the pool "
            f"of “{name}” (both sides learn from: {step.settings.base}). Where n patients and the pool do as "
            "well as n′ patients without it, the pool is equivalent to n′ − n patients.",
            " ".join(headlines([size.estimate for size in sizes], facts.rises)),
            not_covered(facts.runs),
            _CAVEAT,
        ],
        tables=[_table(sizes)],
        figures=[Figure(figure, alt, _CAPTION)] if figure.is_file() else [],
    )


def _sizes(points: Sequence[CurvePoint]) -> list[_Size]:
    with_pool = {point.patients: point for point in points if point.with_pool}
    sizes = []
    for without in points:
        point = with_pool.get(without.patients)
        if not without.with_pool and point and point.equivalent:
            limits = point.equivalent_low, point.equivalent_high
            estimate = EquivalentPatients(point.patients, point.equivalent, *limits, point.note)
            sizes.append(_Size(without, point, estimate))
    return sizes


def _table(sizes: Sequence[_Size]) -> Table:
    columns = [
        *("Real patients", "Accuracy % without", "Accuracy % with the pool"),
        *("AUROC without", "AUROC with the pool", "Equivalent patients"),
    ]
    # > and < already say that an estimate is censored.
    remarked = [
        size.estimate
        for size in sizes
        if size.estimate.note and not (size.estimate.value.beyond and size.estimate.low)
    ]
    remarks = [f"{number_of(estimate.patients, 'patient')}: {estimate.note}." for estimate in remarked]
    return Table(columns, [_row(size) for size in sizes], note=" ".join([_NOTE, *remarks]))


def _row(size: _Size) -> list[str | Cell]:
    estimate = size.estimate
    limits = NOTHING
    if estimate.low and estimate.high:
        limits = f"[{_censored(estimate.low)}, {_censored(estimate.high)}]"
    return [
        Cell(count(estimate.patients)),
        _accuracy(size.without),
        _accuracy(size.with_pool),
        _auroc(size.without),
        _auroc(size.with_pool),
        Cell(_censored(estimate.value), limits, strong=estimate.excludes_zero, title=estimate.note),
    ]


def _censored(value: CensoredCount) -> str:
    """Write a censored number for a table: ``> 14``."""
    return {1: f">{SPACE}", -1: f"<{SPACE}", 0: ""}[value.beyond] + whole(value.number)


def _accuracy(point: CurvePoint) -> Cell:
    limits = "" if point.low is None else f"[{percent(point.low)},{SPACE}{percent(point.high)}]"
    return Cell(percent(point.accuracy), limits)


def _auroc(point: CurvePoint) -> Cell:
    low, high = point.auroc_low, point.auroc_high
    limits = "" if low is None or high is None else f"[{low:.3f},{SPACE}{high:.3f}]"
    return Cell(NOTHING if point.auroc is None else f"{point.auroc:.3f}", limits)
