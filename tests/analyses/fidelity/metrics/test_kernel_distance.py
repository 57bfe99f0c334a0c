import itertools

import numpy as np
import pytest

from kgan.analyses.fidelity.metrics.kernel_distance import _mmd_and_variance, kernel_distance
from kgan.analyses.fidelity.metrics.kernel_distance import squared_mmd as squared_mmd_of
from kgan.errors import DataError
from kgan.features.feature_set import FeatureSet
from kgan.features.fixed import PixelFeatures, RandomFeatures
from kgan.features.image_set import HeldImages


class Wide:
    """A grey level becomes the vector (level / 50 - 2, 1)."""

    name = "wide"
    dimension = 2

    def __call__(self, images):
        return np.stack([images[:, 0, 0, 0] / 50 - 2, np.ones(len(images))], axis=1)


def squared_mmd(first, second, *owners):
    owners = owners or (None, None)
    return squared_mmd_of(
        *(FeatureSet.of(side, of) for side, of in zip((first, second), owners, strict=True))
    )


def mmd_and_variance(first, second):
    return _mmd_and_variance(FeatureSet.of(first), FeatureSet.of(second))


def grey(levels):
    return HeldImages(np.asarray(levels, np.uint8)[:, None, None, None])


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
    variance = sum(2 / 3 * np.square(one - np.mean(one)).sum() for one in left)
    samples = [FeatureSet.of(side, of) for side, of in zip((first, second), owners, strict=True)]
    assert _mmd_and_variance(*samples)[1] == pytest.approx(variance)


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
        found = [
            mmd_and_variance(draw.standard_normal((60, 3)), shift + draw.standard_normal((40, 3)))
            for _ in range(400)
        ]
        values, variances = np.array(found).T
        assert low < np.sqrt(variances.mean()) / values.std() < high


def test_standard_error_by_leaving_each_image_out():
    draw = np.random.default_rng(0)
    first, second = draw.standard_normal((6, 2)), 1 + draw.standard_normal((4, 2))
    without = [by_loops(np.delete(first, i, 0), second) for i in range(6)]
    without_other = [by_loops(first, np.delete(second, i, 0)) for i in range(4)]
    truth = 5 / 6 * np.sum((without - np.mean(without)) ** 2)
    truth += 3 / 4 * np.sum((without_other - np.mean(without_other)) ** 2)
    assert mmd_and_variance(first, second)[1] == pytest.approx(truth, rel=1e-9)


def test_subsets_share_no_image_and_their_mean_is_given():
    first, second = np.arange(0, 120, 10), np.arange(100, 230, 10)
    seen = []

    class Telling(Wide):
        def __call__(self, images):
            seen.append(images[:, 0, 0, 0].tolist())
            return super().__call__(images)

    found = kernel_distance(grey(first), grey(second), Telling(), size=4, seed=3)
    assert (found.subsets, found.sizes, found.features) == (3, (4, 4), "wide")
    assert sorted(sum(seen[::2], [])) == first.tolist()
    assert len(set(sum(seen[1::2], []))) == 12
    pairs = [
        [np.array([[level / 50 - 2, 1] for level in side]) for side in seen[n : n + 2]] for n in (0, 2, 4)
    ]
    assert found.value == pytest.approx(np.mean([by_loops(*pair) for pair in pairs]), rel=1e-9)
    variance = sum(mmd_and_variance(*pair)[1] for pair in pairs)
    assert found.standard_error == pytest.approx(np.sqrt(variance) / 3, rel=1e-9)


def test_small_sets_are_compared_as_they_are():
    few, many = np.arange(0, 50, 10), np.arange(0, 200, 2)
    found = kernel_distance(grey(few), grey(many), Wide())
    assert (found.subsets, found.sizes) == (1, (5, 100))
    vectors = [np.stack([levels / 50 - 2, np.ones(len(levels))], axis=1) for levels in (few, many)]
    assert found.value == pytest.approx(by_loops(*vectors), rel=1e-9)
    assert kernel_distance(grey(few[:2]), grey(many), Wide()).standard_error is None


def test_same_seed_same_value():
    first, second = grey(np.arange(60)), grey(np.arange(30, 130))
    one = kernel_distance(first, second, Wide(), size=20, seed=1)
    assert kernel_distance(first, second, Wide(), size=20, seed=1) == one
    assert kernel_distance(first, second, Wide(), size=20, seed=2).value != one.value


def ovals(count, seed, grain):
    """Ovals of random place and size, with grain."""
    draw = np.random.default_rng(seed)
    rows, columns = np.mgrid[-1:1:32j, -1:1:32j]
    place, axes = draw.uniform(-0.2, 0.2, (2, count, 1, 1)), draw.uniform(0.4, 0.8, (2, count, 1, 1))
    inside = ((rows - place[0]) / axes[0]) ** 2 + ((columns - place[1]) / axes[1]) ** 2 < 1
    noise = draw.standard_normal((count, 32, 32)) * grain
    return HeldImages(np.clip(inside * (140 + noise), 0, 255).astype(np.uint8)[..., None])


@pytest.mark.parametrize("features", [RandomFeatures(), PixelFeatures()], ids=lambda one: one.name)
def test_unlike_images_are_far_and_like_ones_at_zero(features):
    real, like, unlike = ovals(60, 0, 20), ovals(60, 1, 20), ovals(60, 2, 0)
    unlike = HeldImages(np.roll(unlike.array, 10, axis=2))
    near, far = kernel_distance(real, like, features), kernel_distance(real, unlike, features)
    assert abs(near.value) < 4 * near.standard_error
    assert far.value > 5 * far.standard_error
    assert far.value > 10 * abs(near.value)


def test_what_cannot_be_compared_is_said():
    with pytest.raises(DataError, match="subsets of 1; expected two"):
        kernel_distance(grey(range(4)), grey(range(8)), Wide(), size=1)
    with pytest.raises(DataError, match="of 1 and 8 images"):
        kernel_distance(grey([1]), grey(range(8)), Wide())

    class Broken(Wide):
        def __call__(self, images):
            vectors = super().__call__(images)
            vectors[images[:, 0, 0, 0] == 7] = np.nan
            return vectors

    with pytest.raises(DataError, match="wide: features of image 7 are not finite"):
        kernel_distance(grey(range(8)), grey(range(100, 108)), Broken())
