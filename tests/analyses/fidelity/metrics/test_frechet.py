import numpy as np
import pytest

from kgan.analyses.fidelity.metrics import frechet
from kgan.analyses.fidelity.metrics.frechet import (
    frechet_distance,
    gaussian_distance,
    shrunk_frechet_distance,
)
from kgan.errors import DataError


def with_moments(count, mean, covariance, seed=0):
    """Draw points whose mean and covariance (divisor n - 1) are exactly these."""
    points = np.random.default_rng(seed).standard_normal((count, len(mean)))
    points -= points.mean(axis=0)
    white = points @ np.linalg.inv(np.linalg.cholesky(np.cov(points.T, ddof=1))).T
    return white @ np.linalg.cholesky(covariance).T + mean


def test_gaussians_of_commuting_covariances():
    """|m|² + Σ (√a - √b)²."""
    a, b, m = np.array([4.0, 1.0, 9.0]), np.array([1.0, 25.0, 9.0]), np.array([3.0, 0.0, 4.0])
    truth = 25 + (2 - 1) ** 2 + (1 - 5) ** 2 + 0
    assert gaussian_distance(np.zeros(3), np.diag(a), m, np.diag(b)) == pytest.approx(truth, rel=1e-12)


def test_gaussians_of_two_dimensions():
    """Of a 2x2 matrix tr √M = √(tr M + 2 √det M), whatever the covariances."""
    first, second = np.array([[2.0, 0.7], [0.7, 1.0]]), np.array([[1.0, -0.4], [-0.4, 3.0]])
    product = first @ second
    root = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    truth = np.trace(first + second) - 2 * root
    nothing = np.zeros(2)
    assert gaussian_distance(nothing, first, nothing, second) == pytest.approx(truth, rel=1e-12)


def test_gaussians_of_one_dimension():
    """(m₁ - m₂)² + (s₁ - s₂)²."""
    distance = gaussian_distance(np.array([1.0]), np.array([[4.0]]), np.array([4.0]), np.array([[49.0]]))
    assert distance == pytest.approx(9 + 25)


def test_sets_with_known_moments():
    first, second = np.array([[2.0, 0.7], [0.7, 1.0]]), np.array([[1.0, -0.4], [-0.4, 3.0]])
    product = first @ second
    root = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    truth = 5 + np.trace(first + second) - 2 * root
    sets = with_moments(50, np.zeros(2), first), with_moments(70, np.array([1.0, 2.0]), second, 1)
    assert frechet_distance(*sets) == pytest.approx(truth, rel=1e-9)


def test_large_samples_come_near_the_truth():
    """Normal samples of N(0, 1) and N(0.5, 4) in five dimensions: 5 · (0.25 + 1)."""
    draw = np.random.default_rng(0)
    first, second = draw.standard_normal((20000, 5)), 0.5 + 2 * draw.standard_normal((20000, 5))
    assert frechet_distance(first, second) == pytest.approx(6.25, rel=0.03)
    assert shrunk_frechet_distance(first, second) == pytest.approx(6.25, rel=0.03)


def test_shrinking_leaves_a_multiple_of_the_unit_matrix():
    """It is what covariances are drawn to: N(0, 1) and N(0, 4) are 200 apart in 200 dimensions."""
    draw = np.random.default_rng(1)
    first, second = draw.standard_normal((40, 200)), 2 * draw.standard_normal((60, 200))
    means = np.square(first.mean(0) - second.mean(0)).sum()
    assert shrunk_frechet_distance(first, second) - means == pytest.approx(200, rel=0.1)


@pytest.mark.parametrize(("images", "features"), [(3, 5), (30, 400), (50, 50), (300, 20)])
def test_shrinkage_is_that_of_scikit_learn(images, features):
    from sklearn.covariance import ledoit_wolf_shrinkage

    draw = np.random.default_rng(images)
    points = 5 + draw.standard_normal((images, features)) * draw.uniform(0.1, 3, features)
    assert frechet._shrinkage(points) == pytest.approx(ledoit_wolf_shrinkage(points), rel=1e-12)


def test_few_images_are_compared_within_what_they_span():
    """The same by the whole matrices as by the reduced ones."""
    from sklearn.covariance import ledoit_wolf_shrinkage

    draw = np.random.default_rng(2)
    sides = [draw.standard_normal((n, 60)) @ np.diag(np.linspace(0.1, 2, 60)) for n in (12, 20)]
    moments = []
    for side in sides:
        whole, alpha = np.cov(side.T, ddof=1), ledoit_wolf_shrinkage(side)
        moments += [side.mean(0), (1 - alpha) * whole + alpha * np.trace(whole) / 60 * np.eye(60)]
    assert shrunk_frechet_distance(*sides) == pytest.approx(gaussian_distance(*moments), rel=1e-9)


def test_a_bare_distance_of_too_few_images_is_refused():
    draw = np.random.default_rng(0)
    with pytest.raises(DataError, match="bare FID of 5 images by 5 features.*KID.*shrunk"):
        frechet_distance(draw.standard_normal((5, 5)), draw.standard_normal((9, 5)))
    with pytest.raises(DataError, match="of one length"):
        frechet_distance(draw.standard_normal((9, 3)), draw.standard_normal((9, 4)))
    with pytest.raises(DataError, match="Fréchet distance of 1 images"):
        shrunk_frechet_distance(np.zeros((1, 3)), np.zeros((4, 3)))


def test_a_collapsed_set_has_a_distance():
    """All images alike: tr C of the other and the distance of the means."""
    first = with_moments(30, np.zeros(2), np.diag([4.0, 5.0]))
    assert frechet_distance(first, np.full((9, 2), 1.0)) == pytest.approx(9 + 2)


def test_two_images_have_a_distance():
    """Ledoit and Wolf's shrinkage of two rows is 0 in exact numbers, and -2.8e-16 in those of a computer."""
    for seed in range(100):
        draw = np.random.default_rng(seed)
        assert np.isfinite(
            shrunk_frechet_distance(draw.standard_normal((2, 3)), draw.standard_normal((5, 3)))
        )
