import itertools

import numpy as np
import pytest

from kgan.analyses.fidelity.metrics.kernel_distance import mmd_and_variance as mmd_and_variance_of
from kgan.analyses.fidelity.metrics.kernel_distance import squared_mmd as squared_mmd_of
from kgan.features.feature_set import FeatureSet
from kgan.features.fixed import PixelFeatures, RandomFeatures


def squared_mmd(first, second, *owners):
    owners = owners or (None, None)
    return squared_mmd_of(
        *(FeatureSet.of(side, of) for side, of in zip((first, second), owners, strict=True))
    )


def mmd_and_variance(first, second):
    return mmd_and_variance_of(FeatureSet.of(first), FeatureSet.of(second))


def by_loops(first, second):
    d = first.shape[1]

    def kernel(x, y):
        return (sum(a * b for a, b in zip(x, y, strict=True)) / d + 1) ** 3

    def within(side):
        pairs = [(i, j) for i in range(len(side)) for j in range(len(side)) if i != j]
        return sum(kernel(side[i], side[j]) for i, j in pairs) / len(pairs)

    between = sum(kernel(x, y) for x in first for y in second) / (len(first) * len(second))
    return within(first) + within(second) - 2 * between


def test_pairs_of_one_owner_do_not_count():
    """By a loop over pairs of images of two owners, of owners with unlike numbers of images."""
    draw = np.random.default_rng(0)
    first, second = draw.standard_normal((7, 3)), draw.standard_normal((5, 3)) + 1
    owners = np.array(list("aabbbbc")), np.array(list("xyyxz"))

    def kernel(x, y):
        return (x @ y / 3 + 1) ** 3

    def within(side, of):
        pairs = itertools.product(zip(side, of, strict=True), repeat=2)
        return np.mean([kernel(x, y) for (x, a), (y, b) in pairs if a != b])

    between = np.mean([kernel(x, y) for x in first for y in second])
    expected = within(first, owners[0]) + within(second, owners[1]) - 2 * between
    assert squared_mmd(first, second, *owners) == pytest.approx(expected)
    assert np.isnan(squared_mmd(first, second, np.zeros(7), owners[1]))

    def without(side, owner):
        kept = [np.ones(7, bool), np.ones(5, bool)]
        kept[side] = owners[side] != owner
        return squared_mmd(first[kept[0]], second[kept[1]], owners[0][kept[0]], owners[1][kept[1]])

    left = [[without(side, owner) for owner in np.unique(of)] for side, of in enumerate(owners)]
    variance = sum(2 / 3 * np.square(values - np.mean(values)).sum() for values in left)
    samples = [FeatureSet.of(side, of) for side, of in zip((first, second), owners, strict=True)]
    assert mmd_and_variance_of(*samples)[1] == pytest.approx(variance)


@pytest.mark.parametrize("slices", [1, 4, 12])
def test_of_one_distribution_it_is_0_however_alike_the_images_of_a_patient_are(slices):
    """With pairs of one patient, halves of 24 patients were 0.9 and 1.1 from each other (4 and 12 slices)."""
    values = []
    for trial in range(400):
        draw = np.random.default_rng(trial)
        person = draw.standard_normal((24, 3)).repeat(slices, axis=0)
        points = np.sqrt(0.8) * person + np.sqrt(0.2) * draw.standard_normal(person.shape)
        owners = np.arange(24).repeat(slices)
        first = owners < 12
        values.append(squared_mmd(points[first], points[~first], owners[first], owners[~first]))
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(len(values)) < 0.15


@pytest.mark.parametrize(("m", "n", "d"), [(2, 2, 1), (5, 3, 4), (7, 7, 2)])
def test_mmd_by_a_double_loop(m, n, d):
    draw = np.random.default_rng(m)
    first, second = draw.standard_normal((m, d)), draw.standard_normal((n, d)) + 1
    assert squared_mmd(first, second) == pytest.approx(by_loops(first, second), rel=1e-12)


def test_mmd_of_two_points_by_hand():
    """k(0, 0) = 1, k(1, 1) = (d/d + 1)³ = 8, k(0, 1) = 1."""
    assert squared_mmd(np.zeros((3, 5)), np.ones((4, 5))) == pytest.approx(7)


def test_mmd_of_gaussians_is_unbiased():
    """E (xy + 1)³ = 1 + 3 E[x] E[y] + 3 E[x²] E[y²] + E[x³] E[y³], with the normal distribution's moments."""
    m = 0.5
    same, moved = 4, 1 + 3 * m**2 + 3 * (1 + m**2) ** 2 + (m**3 + 3 * m) ** 2
    truth = same + moved - 2 * (1 + 3 * (1 + m**2))
    draw = np.random.default_rng(0)
    values = [
        squared_mmd(draw.standard_normal((20, 1)), m + draw.standard_normal((20, 1))) for _ in range(2000)
    ]
    error = np.std(values) / np.sqrt(len(values))
    assert abs(np.mean(values) - truth) < 4 * error
    assert error < 0.05 * truth


def test_standard_error_is_the_spread_of_values():
    """Where the distance is well above 0; around 0 it errs to the larger side."""
    for shift, low, high in ((1.0, 0.85, 1.15), (0.0, 0.9, 2.0)):
        draw = np.random.default_rng(0)
        pairs = [
            mmd_and_variance(draw.standard_normal((60, 3)), shift + draw.standard_normal((40, 3)))
            for _ in range(400)
        ]
        values, variances = np.array(pairs).T
        assert low < np.sqrt(variances.mean()) / values.std() < high


def test_standard_error_by_leaving_each_image_out():
    draw = np.random.default_rng(0)
    first, second = draw.standard_normal((6, 2)), 1 + draw.standard_normal((4, 2))
    without = [by_loops(np.delete(first, i, 0), second) for i in range(6)]
    without_other = [by_loops(first, np.delete(second, i, 0)) for i in range(4)]
    truth = 5 / 6 * np.sum((without - np.mean(without)) ** 2)
    truth += 3 / 4 * np.sum((without_other - np.mean(without_other)) ** 2)
    assert mmd_and_variance(first, second)[1] == pytest.approx(truth, rel=1e-9)


def ovals(count, seed, grain):
    """Ovals of random place and size, with grain."""
    draw = np.random.default_rng(seed)
    rows, columns = np.mgrid[-1:1:32j, -1:1:32j]
    place, axes = draw.uniform(-0.2, 0.2, (2, count, 1, 1)), draw.uniform(0.4, 0.8, (2, count, 1, 1))
    inside = ((rows - place[0]) / axes[0]) ** 2 + ((columns - place[1]) / axes[1]) ** 2 < 1
    noise = draw.standard_normal((count, 32, 32)) * grain
    return np.clip(inside * (140 + noise), 0, 255).astype(np.uint8)[..., None]


@pytest.mark.parametrize("features", [RandomFeatures(), PixelFeatures()], ids=lambda features: features.name)
def test_unlike_images_are_far_and_like_ones_at_zero(features):
    real, like, unlike = ovals(60, 0, 20), ovals(60, 1, 20), ovals(60, 2, 0)
    unlike = np.roll(unlike, 10, axis=2)
    near, near_variance = mmd_and_variance(features(real), features(like))
    far, far_variance = mmd_and_variance(features(real), features(unlike))
    assert abs(near) < 4 * np.sqrt(near_variance)
    assert far > 5 * np.sqrt(far_variance)
    assert far > 10 * abs(near)
