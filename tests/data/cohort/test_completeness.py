import numpy as np
import pytest

from kgan.data.cohort.completeness import fit, measure


def disc(shift=0, radius=20, size=64):
    rows, columns = np.mgrid[:size, :size]
    inside = (rows - size / 2 + 0.5) ** 2 + (columns - size / 2 + 0.5 - shift) ** 2 < radius**2
    return np.where(inside, 120, 0).astype(np.uint8)


def stack(*images):
    return np.stack(images)[..., None]


def test_area_is_the_share_of_the_image():
    measures = measure(stack(disc(), np.zeros((64, 64), np.uint8)), "axial")
    assert measures[0, 0] == pytest.approx(np.pi * 400 / 4096, rel=0.01)
    assert measures[1, 0] == 0


def test_symmetry_is_about_the_patients_own_midline():
    cut = disc(shift=5)
    cut[:, :30] = 0
    measures = measure(stack(disc(5), disc(5), disc(5), cut, np.zeros((64, 64), np.uint8)), "axial")
    assert measures[:3, 1].tolist() == [1, 1, 1]
    assert measures[3, 1] < 0.85
    assert np.isnan(measures[4, 1])


def test_sagittal_has_no_symmetry():
    assert np.isnan(measure(stack(disc()), "sagittal")[:, 1]).all()


def test_convexity_sees_a_bite_on_the_midline():
    bitten = disc()
    bitten[:24, 24:40] = 0
    measures = measure(stack(disc(), bitten, np.zeros((64, 64), np.uint8)), "axial")
    assert measures[0, 2] > 0.97
    assert measures[1, 1] == 1
    assert measures[1, 2] < 0.88
    assert np.isnan(measures[2, 2])


def test_the_worst_channel_counts():
    images = np.stack([disc(), np.where(np.arange(64) < 32, disc(), 0).astype(np.uint8)], axis=-1)[None]
    measures = measure(np.concatenate([np.repeat(disc()[None, ..., None], 2, -1)] * 3 + [images]), "axial")
    assert measures[3, 0] == pytest.approx(measures[0, 0] / 2, rel=0.02)
    assert measures[3, 1] < 0.1


def test_nothing_to_measure():
    assert measure(np.zeros((0, 8, 8, 1), np.uint8), "axial").shape == (0, 3)


def cohort(patients, slices=30, seed=0):
    """Areas that rise and fall along the axis; 8 % between patients."""
    draw = np.random.default_rng(seed)
    who = np.repeat(np.arange(patients), slices)
    index = np.tile(np.arange(40, 40 + slices), patients)
    size = np.repeat(draw.normal(1, 0.08, patients), slices)
    area = 0.3 * np.sin(np.pi * (index - 35) / (slices + 10)) * size
    symmetry = draw.normal(0.93, 0.015, len(index))
    convexity = draw.normal(0.96, 0.01, len(index))
    return who, index, np.stack([area, symmetry, convexity], axis=1)


def test_many_patients_tell_a_missing_part():
    who, index, measures = cohort(60)
    ranges = fit(who, index, measures, 4.0)
    reasons = [ranges.judge(i, m) for i, m in zip(index, measures, strict=True)]
    assert sum(map(bool, reasons)) <= len(reasons) * 0.005
    middle = np.median(measures[index == 55], axis=0)
    assert ranges.judge(55, middle) == ""
    assert ranges.judge(55, middle * [0.6, 1, 1]).startswith("brain area 0.")
    assert ranges.judge(55, middle * [1.5, 1, 1]).startswith("brain area 0.")
    assert "left-right symmetry 0.80" in ranges.judge(55, middle * [1, 0.8 / middle[1], 1])
    assert "convexity 0.87" in ranges.judge(55, middle * [1, 1, 0.87 / middle[2]])
    assert ranges.judge(55, np.array([middle[0], 1.0, 1.0])) == ""


@pytest.mark.parametrize("patients", [1, 2, 3, 6])
def test_few_patients_exclude_next_to_nothing(patients):
    who, index, measures = cohort(40, seed=1)
    seen = who < patients
    ranges = fit(who[seen], index[seen], measures[seen], 4.0)
    others = [ranges.judge(i, m) for i, m in zip(index[~seen], measures[~seen], strict=True)]
    assert sum(map(bool, others)) <= 0.01 * len(others)
    middle = np.median(measures[index == 55], axis=0)
    assert ranges.judge(55, middle * [0.1, 1, 1])
    assert ranges.judge(55, middle * [1, 0.4, 1])


def test_empty_slices_and_unknown_indices():
    who, index, measures = cohort(5, slices=6)
    measures[index == 43] = [0, np.nan, np.nan]
    ranges = fit(who, index, measures, 4.0)
    assert ranges.judge(43, measures[index == 42][0]) == ""
    assert ranges.judge(99, measures[index == 45][0]) == ""
    nothing = fit(who, index, np.full_like(measures, np.nan), 4.0)
    assert nothing.judge(43, np.array([0.2, 0.9, 0.9])) == ""


def test_one_bad_training_patient_does_not_move_the_range():
    who, index, measures = cohort(30)
    good = fit(who, index, measures, 4.0)
    measures[who == 0, 0] *= 0.1
    spoilt = fit(who, index, measures, 4.0)
    assert np.allclose(good.low[:, 0], spoilt.low[:, 0], atol=0.03)
    assert all(spoilt.judge(i, m) for i, m in zip(index[who == 0], measures[who == 0], strict=True))


def test_scans_may_lie_in_memory_in_any_order():
    images = stack(disc(), disc(3))
    turned = np.asfortranarray(images.transpose(0, 2, 1, 3)).transpose(0, 2, 1, 3)
    assert np.array_equal(measure(turned, "axial"), measure(images, "axial"))
