import numpy as np
import pytest

from kgan.analyses.fidelity.metrics.all_metrics import METRICS, fidelity_metrics
from kgan.errors import DataError


def table(real, synthetic, patients=None, **more):
    patients = np.repeat(np.arange(len(real) // 4), 4) if patients is None else patients
    return {one.name: one for one in fidelity_metrics(real, patients, synthetic, draws=24, **more)}


def draw(seed, count, dimension=3, shift=0.0, spread=1.0):
    return shift + spread * np.random.default_rng(seed).standard_normal((count, dimension))


def test_like_sets_are_at_the_baseline_and_others_are_not():
    real = draw(0, 120)
    like, far = table(real, draw(1, 120)), table(real, draw(2, 120, shift=2.0))
    assert list(like) == [metric.name for metric in METRICS]
    for name, one in like.items():
        assert one.difference_low <= 0 <= one.difference_high, name
        assert one.difference == pytest.approx(one.matched - one.baseline)
        assert one.baseline == far[name].baseline
    for name in ("kid", "fid", "fid_shrunk", "c2st"):
        assert far[name].difference_low > 0, name
    for name in ("precision", "density"):
        assert far[name].difference_high < 0, name
    for name in ("precision", "recall", "coverage"):
        assert like[name].value > 0.7 > 0.5 > far[name].value, name
        assert 0 <= like[name].low <= like[name].value <= like[name].high <= 1
    assert like["c2st"].p > 0.05 > far["c2st"].p


def test_a_bare_fid_of_few_images_is_refused_and_said():
    found = table(draw(0, 40, 50), draw(1, 40, 50))
    assert found["fid"].value is None and "more than 50 images" in found["fid"].note
    assert found["fid_shrunk"].value is not None and found["kid"].low is not None


def test_one_patient_has_no_interval():
    found = table(draw(0, 40), draw(1, 40), np.zeros(40))
    assert (
        found["recall"].value is not None and found["recall"].low is None and found["recall"].baseline is None
    )
    for name in ("kid", "c2st"):
        assert found[name].value is None and "one patient" in found[name].note, name


@pytest.mark.parametrize("patients", [2, 3, 4, 5, 6, 8, 12])
def test_few_patients_have_what_can_be_had_and_are_told_of_the_rest(patients):
    real = draw(0, 8 * patients)
    found = table(real, draw(1, 8 * patients), np.arange(patients).repeat(8))
    assert found["kid"].baseline == 0 and found["c2st"].baseline == 0.5
    for name in ("fid_shrunk", "precision", "density", "recall", "coverage"):
        one = found[name]
        assert one.value is not None
        assert (one.baseline is None) == bool(one.note), name
        assert (one.baseline is None) == (one.matched is None) == (one.difference is None), name
        if one.baseline is None:
            few = "fewer than 4 patients, or a pool of one" if patients < 4 else "so few in a half"
            assert one.note == f"{name}: no baseline with {few}"
    assert (found["fid_shrunk"].baseline is None) == (patients < 4)
    assert (found["recall"].baseline is None) == (patients < 12)


def test_a_collapsed_pool_is_measured():
    found = table(draw(0, 40), np.repeat(draw(1, 1), 40, axis=0))
    assert found["recall"].value < 0.1 and found["fid"].value > 1


def test_equal_real_images_are_refused():
    with pytest.raises(DataError, match="all 40 images of the real set are the same"):
        table(np.ones((40, 3)), draw(0, 40))


def test_too_few_images_are_refused():
    with pytest.raises(DataError, match="5 neighbours among 40 real and 5 synthetic images"):
        table(draw(0, 40), draw(1, 5))


def test_the_same_seed_gives_the_same_figures():
    assert table(draw(0, 40), draw(1, 40), seed=3) == table(draw(0, 40), draw(1, 40), seed=3)
