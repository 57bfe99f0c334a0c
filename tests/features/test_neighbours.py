import numpy as np
import pytest

from kgan.errors import DataError
from kgan.features import neighbours
from kgan.features.neighbours import PRDC, nearest_neighbour, neighbour_distance, prdc, radii


def line(*places):
    return np.array(places, np.float64)[:, None]


def test_by_hand():
    """Real balls [-1, 1], [0, 2], [1, 3], [2, 18]; synthetic ones [-0.1, 0.9], [0.4, 1.4], [0.9, 39.1]."""
    result = prdc(line(0, 1, 2, 10), line(0.4, 0.9, 20.0), 1)
    assert result.precision == pytest.approx(2 / 3)  # 20 is in none
    assert result.density == pytest.approx((2 + 2 + 0) / 3)
    assert result.coverage == pytest.approx(2 / 4)  # the balls of 0 and of 1 hold one
    assert result.recall == 1.0


def test_more_neighbours_reach_further():
    """With k = 2 the ball of 10 reaches to 1, and that of 20 from 0.4 on."""
    result = prdc(line(0, 1, 2, 10), line(0.4, 0.9, 20.0), 2)
    assert result.precision == pytest.approx(2 / 3)
    assert result.density == pytest.approx((3 + 3 + 0) / (2 * 3))
    assert result.coverage == pytest.approx(3 / 4)


@pytest.mark.parametrize("chunk", [10, 10**6])
def test_by_a_double_loop(chunk, monkeypatch):
    monkeypatch.setattr(neighbours, "CHUNK_NUMBERS", chunk)
    draw = np.random.default_rng(0)
    real, synthetic, k = draw.standard_normal((23, 3)), draw.standard_normal((31, 3)) + 0.5, 3

    def ball(points, centre):
        return sorted(np.linalg.norm(points - centre, axis=1))[k]

    reach = [ball(real, point) for point in real]
    reach_back = [ball(synthetic, point) for point in synthetic]
    apart = np.array([[np.linalg.norm(point - other) for other in synthetic] for point in real])
    held = apart < np.array(reach)[:, None]
    result = prdc(real, synthetic, k)
    assert result.precision == held.any(axis=0).mean()
    assert result.recall == (apart < np.array(reach_back)).any(axis=1).mean()
    assert result.density == pytest.approx(held.sum() / (k * len(synthetic)))
    assert result.coverage == held.any(axis=1).mean()
    np.testing.assert_allclose(np.sqrt(radii(real, k)), reach)


def test_images_of_one_distribution():
    """E[density] is 1 and coverage 1 - Π (N - i) / (2N - i), i = 1 … k (Naeem et al., 3.3)."""
    draw = np.random.default_rng(1)
    results = [prdc(draw.standard_normal((200, 4)), draw.standard_normal((200, 4)), 5) for _ in range(20)]
    truth = 1 - np.prod([(200 - i) / (399 - i) for i in range(5)])
    assert np.mean([result.density for result in results]) == pytest.approx(1, abs=0.05)
    assert np.mean([result.coverage for result in results]) == pytest.approx(truth, abs=0.01)


def defined_prdc(real, fake, k):
    """The definition in the code of Naeem et al. (2020), written out: prdc.compute_prdc."""

    def distances(first, other):
        return np.linalg.norm(first[:, None] - other[None], axis=2)

    real_radii = np.sort(distances(real, real), axis=1)[:, k]
    fake_radii = np.sort(distances(fake, fake), axis=1)[:, k]
    apart = distances(real, fake)
    return (
        (apart < real_radii[:, None]).any(axis=0).mean(),
        (apart < fake_radii[None]).any(axis=1).mean(),
        (apart < real_radii[:, None]).sum(axis=0).mean() / k,
        (apart.min(axis=1) < real_radii).mean(),
    )


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize("pool", ["others", "copies", "some copied", "one copied", "doubled"])
def test_as_the_authors_code_has_it_ties_included(pool, k):
    """Copies of the real images lie on the edges of balls: density was (k + 1) / k, or 1.2."""
    draw = np.random.default_rng(k)
    real, other = draw.standard_normal((40, 4)), draw.standard_normal((40, 4))
    fake = {
        "others": other,
        "copies": real.copy(),
        "some copied": np.concatenate([real[:20], other[:20]]),
        "one copied": real[:1].repeat(40, axis=0),
        "doubled": np.concatenate([real[:20], real[:20]]),
    }[pool]
    result = prdc(real, fake, k)
    expected = defined_prdc(real, fake, k)
    assert (result.precision, result.recall, result.density, result.coverage) == pytest.approx(expected)
    if pool == "copies":
        assert result.density == pytest.approx(1.0)


def test_copies_are_within_however_far_the_origin():
    draw = np.random.default_rng(2)
    real = draw.standard_normal((40, 6)) * 1e-3 + 1e3
    result = prdc(real, real.copy(), 1)
    assert (result.precision, result.recall, result.density, result.coverage) == (1, 1, 1, 1)


def test_apart_sets_and_collapsed_ones():
    draw = np.random.default_rng(3)
    real = draw.standard_normal((20, 2))
    assert prdc(real, real + 100, 3) == PRDC(0, 0, 0, 0)
    same = np.repeat(real[:1], 20, axis=0)
    result = prdc(real, same, 3)
    assert result.precision == 1 and result.recall == 0 and result.coverage < 0.5


def test_nearest(monkeypatch):
    monkeypatch.setattr(neighbours, "CHUNK_NUMBERS", 4)
    lengths, which = nearest_neighbour(line(0, 4.4, 9), line(10, 5, -1))
    np.testing.assert_allclose(lengths, [1, 0.6, 1])
    assert which.tolist() == [2, 1, 0]


def test_the_distance_of_a_copy_is_zero():
    points = np.random.default_rng(0).standard_normal((50, 300)) + 50
    lengths, which = nearest_neighbour(points, points.copy())
    assert (lengths == 0).all() and which.tolist() == list(range(50))


@pytest.mark.parametrize("k", [0, 4, 5])
def test_too_few_images_are_refused(k):
    with pytest.raises(DataError, match=f"{k} nearest neighbours of each of 4 real images"):
        prdc(line(1, 2, 3, 4), line(*range(20)), k)


def test_nearest_among_none_is_refused():
    with pytest.raises(DataError, match="among no image"):
        nearest_neighbour(line(1), np.empty((0, 1)))


def test_distance_is_the_mean_over_the_nearest():
    others = np.array([[0.0, 0], [3, 4], [6, 8], [100, 0]])
    np.testing.assert_allclose(neighbour_distance(np.zeros((1, 2)), others, 3), [5.0])
    np.testing.assert_allclose(neighbour_distance(np.zeros((1, 2)), others[:2], 5), [2.5])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_distances_are_those_of_scikit_learn_to_the_last_bit(dtype):
    from sklearn.metrics.pairwise import euclidean_distances

    points = np.random.default_rng(4).standard_normal((41, 30)).astype(dtype)
    centred = points - points.mean(axis=0)
    squares = euclidean_distances(centred, centred.copy(), squared=True)
    np.fill_diagonal(squares, np.inf)
    for count in (1, 3, 40):
        truth = np.sort(squares, axis=1)[:, count - 1]
        np.testing.assert_array_equal(radii(points, count), truth)
