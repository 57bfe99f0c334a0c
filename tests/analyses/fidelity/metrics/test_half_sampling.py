import numpy as np
import pytest
from scipy import stats

from kgan.analyses.fidelity.metrics.half_sampling import spread
from kgan.features.feature_set import FeatureSet


def means(real, synthetic):
    return {"apart": float(synthetic.points.mean() - real.points.mean())}


def apart(real, synthetic):
    return float(synthetic.mean() - real.mean())


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
    gap = spread(means, FeatureSet.of(real, patients), FeatureSet.of(synthetic), draws=1500)["apart"]
    assert gap.error == pytest.approx(truth, rel=0.08)
    assert gap.margin == pytest.approx(gap.error * stats.t.ppf(0.975, 39))


def _margin(real, synthetic, seed):
    sides = FeatureSet.of(real, names(12, 4)), FeatureSet.of(synthetic)
    return spread(means, *sides, draws=60, seed=seed)["apart"].margin


def test_the_interval_covers_the_truth():
    inside = 0
    for trial in range(120):
        draw = np.random.default_rng(trial)
        real = (draw.standard_normal(12).repeat(4) + 0.2 * draw.standard_normal(48))[:, None]
        synthetic = 1 + draw.standard_normal((60, 1))
        margin = _margin(real, synthetic, trial)
        inside += abs(apart(real, synthetic) - 1) <= margin
    assert inside / 120 > 0.9


def test_one_patient_has_no_spread():
    real, patients = np.zeros((6, 1)), np.array(["a"] * 6)
    assert spread(means, FeatureSet.of(real, patients), FeatureSet.of(np.zeros((6, 1)))) == {}


def test_halves_that_are_too_small_do_not_count():
    real, patients = np.zeros((6, 1)), names(6, 1)
    assert spread(means, FeatureSet.of(real, patients), FeatureSet.of(np.zeros((20, 1))), least=4) == {}


def test_a_measure_that_refuses_has_no_interval():
    def refuses(real, synthetic):
        return {"fid": float("nan")}

    interval = spread(refuses, FeatureSet.of(np.zeros((6, 1))), FeatureSet.of(np.zeros((6, 1))))["fid"]
    assert (interval.error, interval.margin) == (None, None)


def test_equal_seeds_give_equal_draws():
    draw = np.random.default_rng(0)
    real, synthetic = draw.standard_normal((30, 1)), draw.standard_normal((30, 1))
    first, again, other = (
        spread(means, FeatureSet.of(real, names(10, 3)), FeatureSet.of(synthetic), draws=20, seed=seed)
        for seed in (1, 1, 2)
    )
    assert first == again != other
