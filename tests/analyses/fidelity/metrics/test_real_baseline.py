import numpy as np
import pytest

from kgan.analyses.fidelity.metrics.frechet import shrunk_frechet_distance
from kgan.analyses.fidelity.metrics.real_baseline import baselines
from kgan.features.feature_set import FeatureSet
from kgan.features.neighbours import prdc
from kgan.progress import Silent

SLICES = 8


def cohort(draw, patients, slices=SLICES, dimension=4, shift=0.0, spread=1.0):
    """Images of patients that are alike: half of the variance lies between patients."""
    person = draw.standard_normal((patients, dimension)).repeat(slices, axis=0)
    points = shift + spread * np.sqrt(0.5) * (person + draw.standard_normal((patients * slices, dimension)))
    return FeatureSet.of(points, np.arange(patients).repeat(slices))


def means(real, other):
    near = prdc(real.points, other.points, 2)
    return {"precision": near.precision, "density": near.density}


def others(real, other):
    near = prdc(real.points, other.points, 2)
    distance = shrunk_frechet_distance(real.points, other.points)
    return {"fid_shrunk": distance, "recall": near.recall, "coverage": near.coverage}


def both(real, pool, **more):
    return {
        **baselines(means, real, pool, singles=False, **more),
        **baselines(others, real, pool, singles=True, **more),
    }


PERFECT = {
    "independent images": lambda draw: cohort(draw, 20 * SLICES, slices=1),
    "fresh patients": lambda draw: cohort(draw, 20),
}


def repeated(trials, pool, **more):
    results = []
    for trial in range(trials):
        draw = np.random.default_rng(trial)
        real = cohort(draw, 20)
        results.append(both(real, pool(draw), seed=trial, **more))
    return results


@pytest.mark.parametrize("pool", PERFECT.values(), ids=PERFECT)
def test_a_perfect_generator_is_at_the_baseline_in_every_measure(pool):
    """It was far below that of two clustered halves: its coverage was above it, its FID below it."""
    results = repeated(60, pool, cuts=6, subsets=0)
    for name in results[0]:
        gaps = np.array([result[name].pool - result[name].real for result in results])
        error = gaps.std(ddof=1) / np.sqrt(len(gaps))
        assert abs(gaps.mean()) < 3 * error, name
        level = np.mean([result[name].real for result in results])
        assert error < 0.12 * level, name


@pytest.mark.parametrize("pool", PERFECT.values(), ids=PERFECT)
def test_the_interval_of_a_perfect_generator_holds_no_difference(pool):
    results = repeated(25, pool, cuts=3, subsets=16)
    for name in results[0]:
        holds = [abs(result[name].pool - result[name].real) <= result[name].margin for result in results]
        assert np.mean(holds) >= 0.9, name


WORSE = {
    "shifted": (dict(shift=1.0), {"fid_shrunk": 1, "precision": -1, "density": -1}),
    "collapsed": (dict(spread=0.3), {"recall": -1}),
    "noisy": (dict(spread=2.5), {"fid_shrunk": 1, "precision": -1, "density": -1, "coverage": -1}),
}


@pytest.mark.parametrize(("what", "signs"), WORSE.values(), ids=WORSE)
def test_a_worse_pool_is_seen(what, signs):
    results = repeated(8, lambda draw: cohort(draw, 160, slices=1, **what), cuts=6, subsets=12)
    for name, sign in signs.items():
        seen = [sign * (result[name].pool - result[name].real) > result[name].margin for result in results]
        assert np.mean(seen) >= 0.75, name


def test_copies_of_the_real_images_are_better_than_the_baseline():
    """A pool that is better than real images of other patients repeats those that it learnt from."""
    draw = np.random.default_rng(0)
    real = cohort(draw, 20)
    result = both(real, FeatureSet.of(real.points))
    assert result["precision"].pool - result["precision"].real > 0.05
    assert result["density"].pool > result["density"].real


def test_the_mean_by_hand():
    """Four patients at 0, 10, 20 and 30, a pool at 100; the statistic is how far the means are apart."""
    real = FeatureSet.of(np.array([0.0, 0.0, 10.0, 20.0, 30.0, 30.0])[:, None], np.array(list("aabcdd")))
    pool = FeatureSet.of(np.full((5, 1), 100.0), np.arange(5))
    seen = []

    def apart(side, other):
        assert len(other.points) == 2
        seen.append((set(side.points[:, 0]), set(other.points[:, 0])))
        return {"gap": float(other.points.mean())}

    result = baselines(apart, real, pool, cuts=3, subsets=0)  # singles
    halves, pools = seen[::2], seen[1::2]
    assert all(not side & other and side | other == {0.0, 10.0, 20.0, 30.0} for side, other in halves)
    assert [side for side, _ in pools] == [side for side, _ in halves]
    assert result["gap"].real == pytest.approx(np.mean([sum(other) / 2 for _, other in halves]))
    assert (result["gap"].pool, result["gap"].margin) == (100.0, None)


def test_few_patients_or_owners_have_no_baseline():
    draw = np.random.default_rng(0)
    ticks = []
    progress = Silent()
    progress.advance = lambda count=1, note="": ticks.append(count)
    assert baselines(others, cohort(draw, 3), cohort(draw, 9), cuts=2, subsets=4, progress=progress) == {}
    assert baselines(others, cohort(draw, 9), cohort(draw, 1)) == {}
    assert sum(ticks) == 2 * (1 + 4)


def test_progress_comes_to_its_end():
    draw, ticks = np.random.default_rng(0), []
    progress = Silent()
    progress.advance = lambda count=1, note="": ticks.append(count)
    baselines(others, cohort(draw, 12), cohort(draw, 12), cuts=2, subsets=3, progress=progress)
    assert sum(ticks) == 2 * (1 + 3)


def test_a_figure_that_is_refused_has_no_interval():
    draw = np.random.default_rng(0)
    result = baselines(lambda side, other: {"fid": float("nan")}, cohort(draw, 8), cohort(draw, 8), cuts=2)
    assert np.isnan(result["fid"].real) and result["fid"].margin is None


def test_equal_seeds_give_equal_figures():
    draw = np.random.default_rng(0)
    real, pool = cohort(draw, 12), cohort(draw, 12)
    first, again, other = (both(real, pool, cuts=2, subsets=3, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
