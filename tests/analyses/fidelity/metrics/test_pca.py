import numpy as np
import pytest
from fabricated.array_images import ArrayImages

from kgan.analyses.fidelity.metrics.pca import components, diversity, realism
from kgan.errors import DataError

MIDDLE = 100


def moved(steps, size=6):
    """Images of grey 100 whose pixel i is moved by the i-th of each row of steps."""
    steps = np.asarray(steps)
    images = np.full((len(steps), size * size), MIDDLE, np.int64)
    images[:, : steps.shape[1]] += steps
    return ArrayImages(images.astype(np.uint8).reshape(-1, size, size, 1))


def axes(lengths):
    """Two images for each axis, a length to either side: mean 100, covariance diagonal."""
    return moved(np.concatenate([np.diag(lengths), -np.diag(lengths)]))


def test_sigma_and_delta_by_hand():
    """Variances 2 l² / (n - 1) along each axis, in units of 127.5 grey levels."""
    lengths = np.array([100, 50, 25, 12, 11, 10, 9, 8])
    variances = 2 * lengths**2 / 15 / 127.5**2
    result = diversity(axes(lengths))
    assert result.sigma == pytest.approx(variances.sum(), rel=1e-12)
    # Of the squares, which add up to 13,635, 12² = 144 is above 136 and 11² = 121 is not.
    assert result.delta == 4


def test_delta_counts_what_is_above_one_percent():
    assert diversity(axes([100, 9])).delta == 1
    assert diversity(axes([100, 11])).delta == 2
    assert diversity(axes([60] * 30)).delta == 30


def test_published_sigma_is_that_of_the_authors_evaluation():
    """Covariance between images, each less the mean image and its own mean, divisor pixels - 1."""
    draw = np.random.default_rng(1)
    grey = draw.integers(0, 256, (25, 8, 8, 1), dtype=np.uint8) // draw.integers(1, 5, (25, 1, 1, 1))
    images = ArrayImages(grey.astype(np.uint8))
    rows = images.array.reshape(25, -1) / 127.5 - 1
    values = np.linalg.eigvalsh(np.cov(rows - rows.mean(axis=0)))
    result = diversity(images)
    assert result.published_sigma == pytest.approx(values.sum(), rel=1e-10)
    assert result.published_delta == (values > 0.01 * values.sum()).sum()
    assert result.sigma == pytest.approx(np.var(rows, axis=0, ddof=1).sum(), rel=1e-12)


def test_diversity_of_a_collapsed_set():
    single = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 1), dtype=np.uint8)
    same = diversity(ArrayImages(np.repeat(single, 20, axis=0)))
    assert (same.sigma, same.delta, same.published_sigma) == (0, 0, pytest.approx(0, abs=1e-20))
    assert same.published_delta == 0
    three = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), dtype=np.uint8)
    assert diversity(ArrayImages(np.repeat(three, 20, axis=0))).delta == 2
    levels = np.arange(20, dtype=np.uint8)[:, None, None, None]
    brighter = ArrayImages((single // 2 + levels).astype(np.uint8))
    assert diversity(brighter).delta == 1
    assert diversity(brighter).published_delta == 0


def test_realism_is_one_in_the_span_and_zero_beside_it():
    training = components(axes([100, 80, 60, 40]), 3)
    assert training.explained == pytest.approx(20000 / 21600)
    images = moved(
        [[50, 0, 0, 0], [20, -30, 10, 0], [0, 0, 0, 70], [0, 0, 0, 0], [3, 0, 0, 4], [0, 5, 0, 12]]
    )
    assert realism(images, training) == pytest.approx([1, 1, 0, 0, 3 / 5, 5 / 13], abs=1e-12)


def test_realism_looks_at_directions_alone():
    training = components(axes([100, 80, 60, 40]), 2)
    near, far = moved([[6, 4, 0, 12]]), moved([[30, 20, 0, 60]])
    assert realism(near, training) == pytest.approx(realism(far, training), abs=1e-12)
    assert realism(near, training)[0] == pytest.approx(np.sqrt(52) / 14, abs=1e-12)


def test_components_are_the_directions_of_most_variation():
    training = components(axes([30, 100, 20, 80]), 2)
    assert np.abs(training.vectors[:, :4]) == pytest.approx(np.array([[0, 1, 0, 0], [0, 0, 0, 1]]), abs=1e-9)
    assert training.mean == pytest.approx(np.full(36, MIDDLE / 127.5 - 1), abs=1e-12)


def test_realism_of_the_training_set_is_near_the_root_of_what_is_explained():
    """The paper's 0.739 and 55 %."""
    draw = np.random.default_rng(2)
    grey = 128 + draw.standard_normal((400, 64)) * (30 * 0.98 ** np.arange(64))
    images = ArrayImages(np.clip(np.rint(grey), 0, 255).astype(np.uint8).reshape(-1, 8, 8, 1))
    training = components(images, 16)
    assert realism(images, training).mean() == pytest.approx(np.sqrt(training.explained), abs=0.02)


def test_what_cannot_be_measured_is_reported():
    with pytest.raises(DataError, match="expected at least 17 images"):
        components(axes([10] * 8))
    with pytest.raises(DataError, match="vary in 2 directions; expected at least 3"):
        components(axes([100, 50]), 3)
    with pytest.raises(DataError, match=r"expected \(6, 6, 1\)"):
        realism(moved([[1]], size=7), components(axes([100, 50]), 1))
    with pytest.raises(DataError, match="two or more"):
        diversity(moved([[1]]))
