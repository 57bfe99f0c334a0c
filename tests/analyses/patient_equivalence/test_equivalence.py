import math

import numpy as np
import pytest

from kgan.analyses.patient_equivalence.equivalence import Cell, equivalence
from kgan.errors import DataError
from kgan.stats.predictions import Predictions
from kgan.stats.replicates import Replicates

SIZES = (7, 14, 28, 56)
PATIENTS, IMAGES = 8, 1000


def table(accuracy, *, first=0, shift=None, seed=None, images=IMAGES):
    """Each patient's share of right answers is the accuracy, shifted by the patient's own where requested.

    Without a seed the shares are exact to 1 in ``images``; with one they are drawn.
    """
    shift = np.zeros(PATIENTS) if shift is None else shift
    wanted = np.clip(accuracy + shift, 0, 1)[:, None]
    if seed is None:
        right = np.arange(images)[None] < np.round(wanted * images)
    else:
        right = np.random.default_rng(seed).random((PATIENTS, images)) < wanted
    names = np.repeat([f"p{first + number:02}" for number in range(PATIENTS)], images)
    slices = np.tile(np.arange(images), PATIENTS)
    truth = slices % 2
    return Predictions(names, slices, truth, np.where(right.ravel(), truth, 1 - truth).astype(np.float64))


def cells(without, with_pool, **how):
    """Make the cells of both sides from accuracy as a function of patients."""
    made = []
    for pool, curve in ((False, without), (True, with_pool)):
        for size in SIZES:
            made.append(Cell(size, pool, Replicates(((table(curve(size), **how),),))))  # noqa: PERF401
    return made


def steady(patients):
    return 0.6 + 0.08 * math.log(patients)


def plus(count):
    return lambda patients: steady(patients + count)


@pytest.mark.parametrize("count", [3, 7, -2])
def test_a_pool_that_equals_k_patients_is_equivalent_to_k(count):
    # The curve is a straight line in log patients, as it is drawn between the measured numbers.
    result = equivalence(cells(steady, plus(count)))
    assert result.sizes == SIZES and result.test_patients == PATIENTS and result.runs == 1
    inner = result.estimates[1:-1]
    assert [estimate.value.number for estimate in inner] == pytest.approx([count] * 2, abs=0.4)
    assert all(estimate.value.beyond == 0 for estimate in inner)


def test_a_pool_that_doubles_the_patients_is_equivalent_to_as_many_again():
    result = equivalence(cells(steady, lambda patients: steady(2 * patients)))
    values = [estimate.value for estimate in result.estimates]
    assert [value.number for value in values[:3]] == pytest.approx([7, 14, 28], abs=0.3)
    # 112 patients were not tried.
    assert values[3].written == ">0"
    assert result.estimates[3].note == "56 patients without the pool do not do as well"


def test_a_useless_pools_interval_holds_nothing():
    shift = np.linspace(-0.1, 0.1, PATIENTS)
    held = []
    for seed in range(12):
        made = [
            Cell(
                size,
                pool,
                Replicates(((table(steady(size), shift=shift, seed=99 * seed + number, images=40),),)),
            )
            for number, (pool, size) in enumerate((pool, size) for pool in (False, True) for size in SIZES)
        ]
        held += [
            estimate.low.least <= 0 <= estimate.high.most
            for estimate in equivalence(made, seed=seed).estimates
        ]
    assert np.mean(held) > 0.9


def test_the_same_answers_give_no_interval_and_say_so():
    for estimate in equivalence(cells(steady, steady)).estimates:
        assert estimate.value.written == "0" and estimate.low is None and estimate.high is None
        assert estimate.note == "both sides classify as many images of each patient correctly: no interval"


def test_a_harmful_pool_is_equivalent_to_less_than_none():
    shift = np.linspace(-0.03, 0.03, PATIENTS)
    harmed = cells(steady, lambda patients: steady(patients / 2), shift=shift)
    first, second, third, last = equivalence(harmed).estimates
    assert first.value.written == "<0" and first.note == "7 patients without the pool do better"
    values = [estimate.value.number for estimate in (second, third, last)]
    assert values == pytest.approx([-7, -14, -28], abs=0.3)
    assert all(estimate.high.most < 0 for estimate in (second, third, last))


def test_a_pool_beyond_the_curve_is_equivalent_to_more_than_was_measured():
    result = equivalence(cells(steady, lambda patients: 0.97))
    assert [estimate.value.written for estimate in result.estimates] == [">49", ">42", ">28", ">0"]
    assert [estimate.low.written for estimate in result.estimates] == [">49", ">42", ">28", ">0"]


def test_a_flat_curve_tells_nothing_and_says_so():
    result = equivalence(cells(lambda patients: 0.8, lambda patients: 0.8, seed=None))
    assert [estimate.value.written for estimate in result.estimates] == ["0"] * 4
    assert result.estimates[1].note.startswith(
        "the curve without the pool is flat here: −7 to +42 do equally well"
    )
    assert not result.rises and equivalence(cells(steady, steady)).rises


def test_more_test_patients_give_a_narrower_interval():
    def width(patients):
        shift = np.resize([-0.2, 0.2, 0.1, -0.1], PATIENTS)
        made = []
        for cell in cells(steady, plus(4), shift=shift, seed=3, images=60):
            kept = cell.predictions.first.patients < f"p{patients:02}"
            columns = ("patients", "slices", "truth", "scores")
            short = Predictions(*(getattr(cell.predictions.first, name)[kept] for name in columns))
            made.append(Cell(cell.patients, cell.pool, Replicates(((short,),))))
        estimate = equivalence(made).estimates[1]
        return estimate.high.number - estimate.low.number

    assert width(8) < width(6)


def test_runs_are_resampled_where_there_are_several():
    def trained(times):
        made = []
        for cell in cells(steady, plus(6)):
            base = (steady if not cell.pool else plus(6))(cell.patients)
            spread = (-0.02, 0.02) if times == 2 else (0.0,)
            tables = tuple(table(base + by) for by in spread)
            made.append(Cell(cell.patients, cell.pool, Replicates((tables,))))
        return equivalence(made)

    once, twice = trained(1), trained(2)
    assert (once.runs, twice.runs) == (1, 2)
    alone, chance = once.estimates[1], twice.estimates[1]
    assert alone.value.number == pytest.approx(chance.value.number, abs=0.2)
    # Every patient is alike here, so all that varies is the run.
    assert alone.high.number - alone.low.number < 0.1
    assert chance.high.most - chance.low.least > 3


def test_splits_of_the_patients_are_put_together():
    made = []
    for cell in cells(steady, plus(7)):
        base = (steady if not cell.pool else plus(7))(cell.patients)
        made.append(Cell(cell.patients, cell.pool, Replicates(((table(base),), (table(base, first=50),)))))
    result = equivalence(made)
    assert result.test_patients == 2 * PATIENTS
    assert result.estimates[1].value.number == pytest.approx(7, abs=0.3)


def test_the_order_of_images_and_cells_is_no_matter():
    made = cells(steady, plus(5), shift=np.linspace(-0.1, 0.1, PATIENTS))
    order = np.random.default_rng(0).permutation(PATIENTS * IMAGES)
    first = made[3].predictions.first
    columns = ("patients", "slices", "truth", "scores")
    shuffled = Predictions(*(getattr(first, name)[order] for name in columns))
    other = [*made[:3], Cell(made[3].patients, False, Replicates(((shuffled,),))), *made[4:]][::-1]
    assert equivalence(made).estimates == equivalence(other).estimates


@pytest.mark.parametrize("patients", [1, 5])
def test_few_test_patients_give_no_interval(patients):
    names = ("patients", "slices", "truth", "scores")
    made = []
    for cell in cells(steady, plus(7)):
        whole = cell.predictions.first
        short = Predictions(*(getattr(whole, name)[: patients * IMAGES] for name in names))
        made.append(Cell(cell.patients, cell.pool, Replicates(((short,),))))
    estimate = equivalence(made).estimates[1]
    assert estimate.low is None and estimate.note == "fewer than 6 test patients: no interval"
    assert estimate.value.number == pytest.approx(7, abs=0.3)


def test_bad_cells_are_refused_in_one_line():
    made = cells(steady, steady, images=20)
    other = Cell(7, True, Replicates(((table(0.7, first=1, images=20),),)))
    twice = Cell(7, True, Replicates(((table(0.7, images=20),), (table(0.7, first=50, images=20),))))
    for wrong, says in [
        ([cell for cell in made if cell.patients == 7], "needs two numbers of patients or more, received 7"),
        ([], "received none"),
        (made[:-1], "no classifier of 56 patients with the pool; expected both sides"),
        ([*made, Cell(7, True, made[0].predictions)], "7 patients with the pool is given twice"),
        ([*made[:4], other, *made[5:]], "not tested on the same images: patient 'p00' slice 0"),
        ([*made[:4], twice, *made[5:]], "tested on 1 and 2 splits"),
    ]:
        with pytest.raises(DataError, match=says) as caught:
            equivalence(wrong)
        assert "\n" not in str(caught.value)
