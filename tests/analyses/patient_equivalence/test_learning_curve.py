import numpy as np
import pytest
from sklearn.isotonic import isotonic_regression

from kgan.analyses.patient_equivalence.learning_curve import changes, monotone, reached

SIZES = (10, 20, 80)


def test_monotone_curves_are_those_of_isotonic_regression():
    values = np.random.default_rng(4).random((50, 6))
    expected = [isotonic_regression(row) for row in values]
    assert monotone(values) == pytest.approx(np.array(expected), abs=1e-9)


def test_a_curve_is_read_backwards_along_the_logarithm():
    curve = np.array([[0.5, 0.6, 0.8]] * 5)
    fewest, most = reached(curve, np.array([0.55, 0.7, 0.5, 0.81, 0.49]), SIZES)
    assert fewest == pytest.approx([10 * 2**0.5, 40, 10, np.inf, -np.inf])
    assert most == pytest.approx(fewest)


def test_a_flat_stretch_has_two_ends():
    fewest, most = reached(np.array([[0.6, 0.6, 0.8], [0.5, 0.7, 0.7]]), np.array([0.6, 0.7]), SIZES)
    assert fewest == pytest.approx([10, 20]) and most == pytest.approx([20, 80])


def test_changes_are_the_smallest_that_fit():
    without = np.array([[0.6, 0.6, 0.8]])
    assert changes(without, np.array([[0.6, 0.7, 0.9]]), SIZES) == pytest.approx(np.array([[0, 20, np.inf]]))
    assert changes(without, np.array([[0.5, 0.5, 0.6]]), SIZES) == pytest.approx(
        np.array([[-np.inf, -np.inf, -60]])
    )
