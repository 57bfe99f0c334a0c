import numpy as np
import pytest
from scipy import stats

from kgan.analyses.fidelity.metrics.classifier_test import _parts, classifier_test, score_predictions
from kgan.errors import DataError


def test_value_and_p_by_hand():
    """Real: 3 of 4 called real, patients a (2 of 2) and b (1 of 2); synthetic: 1 of 4 called real."""
    result = score_predictions(
        np.array([True, True, True, False]),
        np.array(["a", "a", "b", "b"]),
        np.array([True, False, False, False]),
        np.arange(4),
    )
    assert result.value == pytest.approx(0.75)
    # Half of all are called real. By patient: (2 - 1)² + (1 - 1)², times 2 / (1 · 16); by image: 4 · 0.25.
    variance = 1 * 2 / 16 + 1 * 4 / (3 * 16)
    assert result.p == pytest.approx(stats.t.sf(0.5 / np.sqrt(variance), 1))
    assert result.low < 0.75 < result.high


def test_chance_is_found_by_chance():
    """P-values of one distribution are below 0.05 about one time of twenty, though patients differ."""
    low = 0
    for trial in range(40):
        draw = np.random.default_rng(trial)
        person = draw.standard_normal((24, 3)).repeat(3, axis=0)
        points = person + 0.2 * draw.standard_normal((72, 3))
        owners = np.arange(24).repeat(3)
        first = owners < 12
        result = classifier_test(points[first], owners[first], points[~first], owners[~first], seed=trial)
        low += result.p < 0.05
    assert low <= 5  # 5 % of 40 and 2.2 standard errors


@pytest.mark.parametrize("independent", [True, False], ids=["independent images", "fresh patients"])
def test_a_perfect_generator_is_right_of_half_though_the_real_images_are_of_few_patients(independent):
    """So the baseline is 0.5, and two halves of the patients tell nothing more."""
    values = []
    for trial in range(60):
        draw = np.random.default_rng(trial)
        sides = [(12, 6), (72, 1) if independent else (12, 6)]
        points = [
            draw.standard_normal((n, 3)).repeat(m, axis=0) + 0.3 * draw.standard_normal((n * m, 3))
            for n, m in sides
        ]
        owners = [np.arange(n).repeat(m) for n, m in sides]
        values.append(classifier_test(points[0], owners[0], points[1], owners[1], seed=trial).value)
    assert abs(np.mean(values) - 0.5) < 3 * np.std(values) / np.sqrt(len(values)) < 0.06


def test_gaussians_are_classified_as_often_as_the_best_classifier_does():
    """N(-m, 1) and N(m, 1) are separated by their sign, rightly Φ(m) of the time."""
    draw = np.random.default_rng(0)
    real, synthetic = draw.standard_normal((1500, 1)) - 0.7, draw.standard_normal((1500, 1)) + 0.7
    result = classifier_test(real, np.arange(1500), synthetic)
    assert result.value == pytest.approx(stats.norm.cdf(0.7), abs=0.02)
    assert result.low < stats.norm.cdf(0.7) < result.high and result.high - result.low < 0.05
    assert result.p < 1e-6


def test_all_classified_rightly_still_has_an_interval():
    draw = np.random.default_rng(0)
    real, synthetic = draw.standard_normal((40, 2)) - 9, draw.standard_normal((40, 2)) + 9
    result = classifier_test(real, np.repeat(np.arange(10), 4), synthetic)
    assert result.value == 1 and result.low < 0.97 and result.high == pytest.approx(1) and result.p < 0.005


def test_folds_that_learn_from_common_images_reject_equal_sets_no_more_than_they_may():
    results = []
    for trial in range(50):
        draw = np.random.default_rng(1000 + trial)
        real, synthetic = draw.standard_normal((2, 224, 20))
        results.append(classifier_test(real, np.repeat(np.arange(28), 8), synthetic, seed=trial))
    assert sum(result.p < 0.05 for result in results) <= 2
    assert sum(result.low <= 0.5 <= result.high for result in results) >= 47


def test_numbers_of_images_do_not_shift_chance():
    draw = np.random.default_rng(0)
    result = classifier_test(draw.standard_normal((600, 2)), np.arange(600), draw.standard_normal((60, 2)))
    assert result.low < 0.5 < result.high and result.p > 0.05


def test_images_of_a_patient_stay_together():
    owners = np.array(["a"] * 9 + ["b"] * 3 + ["c"] * 3 + ["d"] * 3)
    parts = _parts(owners, 2, 0, 0)
    assert all(len(set(parts[owners == owner])) == 1 for owner in "abcd")
    assert sorted(np.bincount(parts)) == [9, 9]


def test_everything_called_the_same_is_chance():
    result = score_predictions(np.ones(4, bool), np.arange(4), np.ones(3, bool), np.arange(3))
    assert (result.value, result.p) == (0.5, 1.0)


def test_one_patient_is_refused():
    with pytest.raises(DataError, match="with 1 patients"):
        classifier_test(np.zeros((4, 1)), np.array(["a"] * 4), np.ones((4, 1)))
