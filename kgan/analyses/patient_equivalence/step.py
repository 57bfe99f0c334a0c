"""Step: how many real patients a pool is equivalent to, from classifiers of growing numbers of them."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.patient_equivalence.equivalence import Cell, Equivalence, equivalence
from kgan.analyses.patient_equivalence.figure import Curve, draw_equivalent
from kgan.analyses.patient_equivalence.quantity import EquivalentPatients
from kgan.analyses.patient_equivalence.settings import LearningCurvePoint, PatientEquivalenceSettings
from kgan.analyses.patient_equivalence.tables import CURVES, FIGURE, CurvePoint, EquivalenceFacts
from kgan.analyses.patient_equivalence.wording import headlines, not_covered
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.pipeline.optional import LEFT_OUT
from kgan.pipeline.records import manifest
from kgan.stats.replicates import group_by_split
from kgan.steps.checks.cohort_limits import Limit, analysis_limits
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.persons import persons_of, predictions_of


def run(context: StepContext[PatientEquivalenceSettings]) -> dict[str, Any]:
    """Write ``equivalent.csv`` and ``equivalent.png``.

    Returns:
        dict: `EquivalenceFacts`, the ``patients`` whom the classifiers derive from, and the files to publish.

    Raises:
        DataError: a prediction table cannot be used or is of other images than the rest, or the cells are no
            two curves.
        RunError: a classifier derives from a patient whom it was tested on.
    """
    settings = context.settings
    points, notes = supported(settings, context.prepared, _left_out(context))
    cells, sources = _cells(context, points)
    result = equivalence(cells, seed=settings.seed)
    CURVES.write(context.out, _rows(result))
    draw_equivalent(context.out / FIGURE, result.sizes, _curves(result, settings.title), result.estimates)
    facts = EquivalenceFacts(
        headlines=headlines(result.estimates, result.rises),
        rises=result.rises,
        test_images=len(result.without[0].predictions.first),
        test_patients=result.test_patients,
        runs=result.runs,
        not_covered=not_covered(result.runs),
        limits=tuple(notes),
    )
    publish = {
        f"results/equivalent-{settings.source}.csv": CURVES.file,
        f"figures/equivalent-{settings.source}.png": FIGURE,
    }
    return {"patients": sources, **facts.model_dump(mode="json"), "publish": publish}


def limits(name: str, settings: PatientEquivalenceSettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    return analysis_limits(name, lambda: supported(settings, prepared)[1])


def deviations(settings: PatientEquivalenceSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "question": "How many patients a pool is equivalent to is estimated by classifiers of growing "
        "numbers of them; the papers do not estimate it."
    }


def supported(
    settings: PatientEquivalenceSettings, prepared: Path, left_out: Collection[str] = ()
) -> tuple[list[LearningCurvePoint], list[str]]:
    """Return the points that the cohort is large enough for, and why others are left out, in words.

    Of shares and "all" that come to one number (4 and "all" of four) the first is taken. A number that is
    larger than that of the training patients, or whose classifiers are left out, is left out.

    Args:
        settings: of the step.
        prepared: folder of the preparation.
        left_out: classify steps that are left out.

    Returns:
        tuple: points whose ``patients`` are numbers; sentences.

    Raises:
        DataError: fewer than two numbers of patients are left.
    """
    with ImageStore(prepared / "train.h5") as store:
        available = len(np.unique(persons_of(prepared, store.patients)))
    numbers = {point.patients: _number(point.patients, available) for point in settings.cells}
    untrained = {point.patients for point in settings.cells if point.step in left_out}
    first = {number: amount for amount, number in reversed(numbers.items()) if amount not in untrained}
    notes = []
    for amount, number in numbers.items():
        if number > available:
            notes.append(
                f"not for {amount} patients (equivalent.patients), as {available} have training images"
            )
        elif amount in untrained:
            notes.append(f"not for {amount} patients, as their classifiers are left out")
        elif first[number] != amount:
            notes.append(f"{amount} are {number} patients, as {first[number]} are: once is enough")
    kept = {number for number in first if number <= available}
    if len(kept) < 2 <= len(numbers):
        raise DataError(
            f"equivalent: {len(kept)} of the numbers of patients requested can be had of {available} "
            "training patients; expected two or more for a curve. Add patients, or request fewer in "
            "equivalent.patients"
        )
    return [
        point.model_copy(update={"patients": numbers[point.patients]})
        for point in settings.cells
        if numbers[point.patients] in kept and first[numbers[point.patients]] == point.patients
    ], notes


def _number(amount: int | float | str, available: int) -> int:
    """Return the number of patients that a number, a share or "all" comes to."""
    if isinstance(amount, str):
        return available
    return max(1, round(amount * available)) if isinstance(amount, float) else amount


def _left_out(context: StepContext[PatientEquivalenceSettings]) -> set[str]:
    """Return the classifiers that were left out, as their patients lacked a class."""
    manifests = {name: manifest.read(folder) or {} for name, folder in context.inputs.items()}
    return {name for name, values in manifests.items() if LEFT_OUT in values.get("facts", {})}


def _cells(
    context: StepContext[PatientEquivalenceSettings], points: Sequence[LearningCurvePoint]
) -> tuple[list[Cell], list[str]]:
    """Read the classifiers of each number of patients and side, and the patients from whom they derive."""
    tables: dict[tuple[int, bool], list[Any]] = {}
    sources: set[str] = set()
    for point in points:
        table = predictions_of(context.inputs[point.step], context.prepared)
        sources.update(
            source_patients(context, [point.step], LeakageGuard.of(context.prepared, table.patients.tolist()))
        )
        tables.setdefault((int(point.patients), point.pool), []).append((1, table))
    return [Cell(*key, group_by_split(runs)) for key, runs in tables.items()], sorted(sources)


def _curves(result: Equivalence, title: str) -> tuple[Curve, Curve]:
    names = "without the pool", f"with the pool\nof {title}"
    sides = result.without, result.with_pool
    without, with_pool = (
        Curve(
            label=name,
            measured=[cell.measured.accuracy.value or 0.0 for cell in cells],
            fitted=fitted.tolist(),
            low=[cell.measured.by_patient["accuracy"].low for cell in cells],
            high=[cell.measured.by_patient["accuracy"].high for cell in cells],
        )
        for name, cells, fitted in zip(names, sides, result.curves, strict=True)
    )
    return without, with_pool


def _rows(result: Equivalence) -> Iterator[CurvePoint]:
    for without, with_pool, estimate in zip(result.without, result.with_pool, result.estimates, strict=True):
        yield _row(without)
        yield _row(with_pool, estimate)


def _row(cell: Cell, estimate: EquivalentPatients | None = None) -> CurvePoint:
    """Return the performance of one classifier; what is undefined is left empty."""
    measured, by_patient = cell.measured, cell.measured.by_patient
    return CurvePoint(
        patients=cell.patients,
        with_pool=cell.pool,
        accuracy=measured.accuracy.value,
        low=by_patient["accuracy"].low,
        high=by_patient["accuracy"].high,
        auroc=measured.auroc,
        auroc_low=by_patient["auroc"].low,
        auroc_high=by_patient["auroc"].high,
        equivalent=estimate.value if estimate else None,
        equivalent_low=estimate.low if estimate else None,
        equivalent_high=estimate.high if estimate else None,
        runs=len(cell.predictions.tables),
        note=estimate.note if estimate else "",
    )
