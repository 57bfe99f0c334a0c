import numpy as np
import pytest

from kgan.analyses.fidelity.metrics.all_metrics import METRICS, FidelityMetrics
from kgan.errors import DataError


def table(real, synthetic, patients=None, **more):
    patients = np.repeat(np.arange(len(real) // 4), 4) if patients is None else patients
    measured = FidelityMetrics(real, patients, draws=24, **more).of(synthetic)
    return {metric.name: metric for metric in measured}


def draw(seed, count, dimension=3, shift=0.0, spread=1.0):
    return shift + spread * np.random.default_rng(seed).standard_normal((count, dimension))


def test_like_sets_are_at_the_baseline_and_others_are_not():
    real = draw(0, 120)
    like, far = table(real, draw(1, 120)), table(real, draw(2, 120, shift=2.0))
    assert list(like) == [metric.name for metric in METRICS]
    for name, result in like.items():
        assert result.difference_low <= 0 <= result.difference_high, name
        assert result.difference == pytest.approx(result.matched - result.baseline)
        assert result.baseline == far[name].baseline
    for name in ("kid", "fid", "fid_shrunk", "c2st"):
        assert far[name].difference_low > 0, name
    for name in ("precision", "density"):
        assert far[name].difference_high < 0, name
    for name in ("precision", "recall", "coverage"):
        assert like[name].value > 0.7 > 0.5 > far[name].value, name
        assert 0 <= like[name].low <= like[name].value <= like[name].high <= 1
    assert like["c2st"].p > 0.05 > far["c2st"].p


def test_a_set_measures_the_same_alone_and_after_others():
    real, pools = draw(0, 48), [draw(1, 48), draw(2, 30, shift=1.0), draw(3, 48, spread=0.5)]
    patients = np.repeat(np.arange(12), 4)
    owners = [None, np.repeat(np.arange(6), 5), None]
    together = FidelityMetrics(real, patients, draws=24)
    for pool, owner in zip(pools, owners, strict=True):
        assert together.of(pool, owner) == FidelityMetrics(real, patients, draws=24).of(pool, owner)


def test_a_bare_fid_of_few_images_is_refused_and_reported():
    results = table(draw(0, 40, 50), draw(1, 40, 50))
    assert results["fid"].value is None and "more than 50 images" in results["fid"].note
    assert results["fid_shrunk"].value is not None and results["kid"].low is not None


def test_one_patient_has_no_interval():
    results = table(draw(0, 40), draw(1, 40), np.zeros(40))
    recall = results["recall"]
    assert recall.value is not None and recall.low is None and recall.baseline is None
    for name in ("kid", "c2st"):
        assert results[name].value is None and "one patient" in results[name].note, name


@pytest.mark.parametrize("patients", [2, 3, 4, 5, 6, 8, 12])
def test_few_patients_have_what_can_be_had_and_are_warned_of_the_rest(patients):
    real = draw(0, 8 * patients)
    results = table(real, draw(1, 8 * patients), np.arange(patients).repeat(8))
    assert results["kid"].baseline == 0 and results["c2st"].baseline == 0.5
    for name in ("fid_shrunk", "precision", "density", "recall", "coverage"):
        result = results[name]
        assert result.value is not None
        assert (result.baseline is None) == bool(result.note), name
        assert (result.baseline is None) == (result.matched is None) == (result.difference is None), name
        if result.baseline is None:
            few = "fewer than 4 patients, or a pool of one" if patients < 4 else "so few in a half"
            assert result.note == f"{name}: no baseline with {few}"
    assert (results["fid_shrunk"].baseline is None) == (patients < 4)
    assert (results["recall"].baseline is None) == (patients < 12)


def test_a_collapsed_pool_is_measured():
    results = table(draw(0, 40), np.repeat(draw(1, 1), 40, axis=0))
    assert results["recall"].value < 0.1 and results["fid"].value > 1


def test_equal_real_images_are_refused():
    with pytest.raises(DataError, match="all 40 images of the real set are the same"):
        table(np.ones((40, 3)), draw(0, 40))


def test_too_few_images_are_refused():
    with pytest.raises(DataError, match="5 neighbours among 40 real and 5 synthetic images"):
        table(draw(0, 40), draw(1, 5))


def test_the_same_seed_gives_the_same_figures():
    assert table(draw(0, 40), draw(1, 40), seed=3) == table(draw(0, 40), draw(1, 40), seed=3)
