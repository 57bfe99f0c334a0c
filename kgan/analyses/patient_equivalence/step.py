"""Step: how many real patients a synthetic pool is worth, from classifiers of growing numbers of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.patient_equivalence.equivalence import Cell, Equivalence, equivalence
from kgan.analyses.patient_equivalence.figure import Curve, draw_equivalent
from kgan.analyses.patient_equivalence.quantity import Amount, Worth
from kgan.analyses.patient_equivalence.section import COLUMNS, FIGURE, TABLE, chance, headlines
from kgan.data.store.store import ImageStore
from kgan.errors import DataError, RecipeError
from kgan.files.tables import write_records
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.pipeline.optional import LEFT_OUT
from kgan.stats.replicates import group_by_split
from kgan.steps.checks.cohort_limits import Limit, analysis_limits
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.persons import persons_of, predictions_of


def run(context: StepContext) -> dict[str, Any]:
    """Write ``equivalent.csv`` and ``equivalent.png``.

    Settings:
        source: name of the GAN, curation or refiner whose pool it is.
        title: how the figure calls it; its name unless given.
        base: what both sides learn from, in words, e.g. ``"real images and 400 of classic augmentation"``.
        cells: a list of {patients, pool, step, split, seed}: the number of real patients, or a share of those
            of the training split, or "all"; whether the pool was with them; and the classify step. Those of
            one number and side are trainings of one classifier, on a split of the patients and with a seed,
            1 each unless given.
        seed: of the resampling; 0 unless given.

    Returns:
        dict: ``patients`` whom the classifiers derive from, ``headlines`` in words, ``rises`` (whether more
            patients gain anything without the pool), ``worths`` (a list of ``patients``, ``worth``, ``low``,
            ``high`` as the table has them, and ``told``: whether the interval does not hold 0),
            ``test_images``, ``test_patients``, ``trainings`` (the fewest of a classifier on one split),
            ``not_covered`` by the intervals in words, ``limits`` (numbers of patients that are left out, in
            words), and the files to publish.

    Raises:
        RecipeError: a training or a step is named twice, a number of patients is none, or splits differ.
        DataError: a prediction table cannot be used or is of other images than the rest, or the cells are no
            two curves.
        RunError: a classifier derives from a patient whom it was tested on.
    """
    settings = context.settings
    cells, said = bearable(settings, context.prepared, _left_out(context))
    trainings = _trainings(context.name, cells)
    learnt: set[str] = set()
    curves = []
    for (patients, pool), steps in trainings.items():
        tables = []
        for split, step in steps:
            table = predictions_of(context.inputs[step], context.prepared)
            seal = LeakageGuard.of(context.prepared, table.patients.tolist())
            learnt.update(source_patients(context, [step], seal))
            tables.append((split, table))
        curves.append(Cell(patients, pool, group_by_split(tables)))
    found = equivalence(curves, seed=int(settings.get("seed", 0)))
    write_records(context.out / TABLE, COLUMNS, _rows(found))
    title = str(settings.get("title") or settings["source"])
    draw_equivalent(context.out / FIGURE, found.sizes, _curves(found, title), found.worths)
    source = settings["source"]
    return {
        "patients": sorted(learnt),
        "headlines": list(headlines(found.worths, found.rises)),
        "rises": found.rises,
        "worths": [_worth(one) for one in found.worths],
        "test_images": len(found.without[0].predictions.first),
        "test_patients": found.test_patients,
        "trainings": found.trainings,
        "not_covered": chance(found.trainings),
        "limits": said,
        "publish": {
            f"results/equivalent-{source}.csv": TABLE,
            f"figures/equivalent-{source}.png": FIGURE,
        },
    }


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort does not bear; see `kgan.steps.checks.cohort_limits`."""
    return analysis_limits(name, lambda: bearable(settings, prepared)[1])


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "question": "How many patients a pool is worth is asked by classifiers of growing numbers of them; "
        "the papers do not ask it."
    }


def bearable(
    settings: Mapping[str, Any], prepared: Path, left_out: Collection[str] = ()
) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Return the cells that the cohort bears, with their numbers of patients, and what is said of others.

    Of a number that several ask for (4 and "all" of four), the first is taken; one that is larger than there
    are training patients, or whose classifiers are left out, is left out.

    Args:
        settings: of the step.
        prepared: folder of the preparation.
        left_out: classify steps that are.

    Raises:
        DataError: fewer than two numbers of patients are left.
    """
    with ImageStore(prepared / "train.h5") as store:
        there = len(np.unique(persons_of(prepared, store.patients)))
    asked = {about["patients"]: _number(about["patients"], there) for about in settings["cells"]}
    without = {about["patients"] for about in settings["cells"] if about["step"] in left_out}
    first = {number: amount for amount, number in reversed(asked.items()) if amount not in without}
    said = []
    for amount, number in asked.items():
        if isinstance(number, int) and number > there:
            said.append(f"not for {amount} patients (equivalent.patients), as {there} have training images")
        elif amount in without:
            said.append(f"not for {amount} patients, as their classifiers are left out")
        elif first.get(number) != amount:
            said.append(f"{amount} are {number} patients, as {first[number]} are: once is enough")
    kept = [
        amount
        for amount, number in asked.items()
        if first.get(number) == amount and not _above(number, there)
    ]
    if len(kept) < 2 <= len(asked):
        raise DataError(
            f"equivalent: {len(kept)} of the numbers of patients asked for can be had of {there} training "
            "patients; expected two or more for a curve. Add patients, or ask for fewer in "
            "equivalent.patients"
        )
    return [
        {**one, "patients": asked[one["patients"]]} for one in settings["cells"] if one["patients"] in kept
    ], said


def _number(asked: Any, there: int) -> Any:
    """Return the number of patients that a share, or "all", comes to."""
    if isinstance(asked, float) and 0 < asked < 1:
        return max(1, round(asked * there))
    return there if asked == "all" else asked


def _above(number: Any, there: int) -> bool:
    return isinstance(number, int) and number > there


def _left_out(context: StepContext) -> set[str]:
    """Return the classifiers that were left out, as their patients lacked a class."""
    read = {name: manifest.read(folder) or {} for name, folder in context.inputs.items()}
    return {name for name, found in read.items() if LEFT_OUT in found.get("facts", {})}


def _trainings(
    name: str, cells: Sequence[Mapping[str, Any]]
) -> dict[tuple[int, bool], list[tuple[int, str]]]:
    """Return for each number of patients and side the splits and steps of its trainings."""
    found: dict[tuple[int, bool], list[tuple[int, str]]] = {}
    seen: set[tuple[Any, ...]] = set()
    steps: set[str] = set()
    for about in cells:
        patients, pool, step = about["patients"], about["pool"], about["step"]
        if type(patients) is not int or patients < 1:
            raise RecipeError(f"{name}: expected a number of patients, 1 or more, received {patients!r}")
        training = patients, bool(pool), about.get("split", 1), about.get("seed", 1)
        if training in seen:
            raise RecipeError(
                f"{name}: {_side(patients, pool)} are named twice for split {training[2]} and "
                f"seed {training[3]}; expected different numbers, so leave out one of two, or of two shares "
                "that come to the same patients"
            )
        if step in steps:
            raise RecipeError(f"{name}: step {step} is named for two trainings; expected one step each")
        seen.add(training)
        steps.add(step)
        found.setdefault((patients, bool(pool)), []).append((training[2], step))
    splits = {tuple(sorted({split for split, _ in of})): key for key, of in found.items()}
    if len(splits) > 1:
        (first, one), (second, other) = list(splits.items())[:2]
        raise RecipeError(
            f"{name}: {_side(*one)} were trained on splits {', '.join(map(str, first))} and "
            f"{_side(*other)} on {', '.join(map(str, second))}; expected the same splits of all"
        )
    return found


def _side(patients: int, pool: bool) -> str:
    return f"{patients} patients {'with' if pool else 'without'} the pool"


def _curves(found: Equivalence, title: str) -> tuple[Curve, Curve]:
    names = "without the pool", f"with the pool\nof {title}"
    sides = found.without, found.with_pool
    without, with_pool = (
        Curve(
            label=name,
            measured=[cell.measured.accuracy.value or 0.0 for cell in cells],
            fitted=fitted.tolist(),
            low=[cell.measured.by_patient["accuracy"].low for cell in cells],
            high=[cell.measured.by_patient["accuracy"].high for cell in cells],
        )
        for name, cells, fitted in zip(names, sides, found.curves, strict=True)
    )
    return without, with_pool


def _rows(found: Equivalence) -> Iterator[dict[str, Any]]:
    for without, with_pool, worth in zip(found.without, found.with_pool, found.worths, strict=True):
        yield _row(without)
        limits = {"worth_low": _amount(worth.low), "worth_high": _amount(worth.high)}
        yield {**_row(with_pool), "worth": worth.value.written, **limits, "note": worth.note}


def _row(cell: Cell) -> dict[str, Any]:
    """Return the figures of one classifier; those that are undefined are left empty."""
    measured, among = cell.measured, cell.measured.by_patient
    return {
        "patients": cell.patients,
        "with_pool": cell.pool,
        "accuracy": measured.accuracy.value,
        "low": among["accuracy"].low,
        "high": among["accuracy"].high,
        "auroc": measured.auroc,
        "auroc_low": among["auroc"].low,
        "auroc_high": among["auroc"].high,
        "trainings": len(cell.predictions.tables),
    }


def _worth(worth: Worth) -> dict[str, Any]:
    return {
        "patients": worth.patients,
        "worth": worth.value.written,
        "low": _amount(worth.low),
        "high": _amount(worth.high),
        "told": worth.told,
    }


def _amount(value: Amount | None) -> str:
    return "" if value is None else value.written
