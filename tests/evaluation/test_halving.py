import numpy as np
import pytest
from scipy import stats

from kgan.evaluation.halving import cut_in_two, floor, spread


def means(real, synthetic):
    return {"apart": float(synthetic.mean() - real.mean())}


def names(count, images):
    return np.repeat([f"p{number}" for number in range(count)], images)


def test_the_error_of_a_difference_of_means_by_its_formula():
    """Patients as units: s²/P of the patients' means, and s²/n of the synthetic images."""
    draw = np.random.default_rng(0)
    patients = names(40, 5)
    real = (draw.standard_normal(40).repeat(5) + 0.3 * draw.standard_normal(200))[:, None]
    synthetic = draw.standard_normal((150, 1))
    by_patient = real.reshape(40, 5).mean(axis=1)
    truth = np.sqrt(by_patient.var(ddof=1) / 40 + synthetic.var(ddof=1) / 150)
    found = spread(means, real, patients, synthetic, draws=1500)["apart"]
    assert found.error == pytest.approx(truth, rel=0.08)
    assert found.margin == pytest.approx(found.error * stats.t.ppf(0.975, 39))
    assert found.halved == pytest.approx(means(real, synthetic)["apart"], abs=0.03)


def test_the_interval_covers_the_truth():
    inside = 0
    for trial in range(120):
        draw = np.random.default_rng(trial)
        real = (draw.standard_normal(12).repeat(4) + 0.2 * draw.standard_normal(48))[:, None]
        synthetic = 1 + draw.standard_normal((60, 1))
        margin = spread(means, real, names(12, 4), synthetic, draws=60, seed=trial)["apart"].margin
        inside += abs(means(real, synthetic)["apart"] - 1) <= margin
    assert inside / 120 > 0.9


def test_floor_is_of_halves_of_the_patients():
    """All images of a patient are on one side: halves of 2 patients differ by what the patients do."""
    real = np.array([0.0] * 3 + [10.0] * 4)[:, None]
    patients = np.array(["a"] * 3 + ["b"] * 4)

    def apart(one, other):
        return {"gap": float(abs(one.mean() - other.mean()))}

    assert floor(apart, real, patients) == {"gap": 10.0}
    one, other = cut_in_two(patients, 0, 0)
    assert sorted([*one, *other]) == list(range(7)) and len(one) in (3, 4)


def test_one_patient_has_neither():
    real, patients = np.zeros((6, 1)), np.array(["a"] * 6)
    assert floor(means, real, patients) == {}
    assert spread(means, real, patients, np.zeros((6, 1))) == {}


def test_halves_that_are_too_small_do_not_count():
    real, patients = np.zeros((6, 1)), names(6, 1)
    assert floor(means, real, patients, least=4) == {}
    assert spread(means, real, patients, np.zeros((20, 1)), least=4) == {}


def test_a_measure_that_refuses_has_no_interval():
    def refuses(real, synthetic):
        return {"fid": float("nan")}

    found = spread(refuses, np.zeros((6, 1)), names(6, 1), np.zeros((6, 1)))["fid"]
    assert (found.error, found.margin, found.halved) == (None, None, None)


def test_equal_seeds_give_equal_draws():
    draw = np.random.default_rng(0)
    real, synthetic = draw.standard_normal((30, 1)), draw.standard_normal((30, 1))
    one, again, other = (
        spread(means, real, names(10, 3), synthetic, draws=20, seed=seed) for seed in (1, 1, 2)
    )
    assert one == again != other
