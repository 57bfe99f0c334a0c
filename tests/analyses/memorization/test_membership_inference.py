import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from kgan.analyses.memorization.membership_inference import Side, membership, nearness
from kgan.errors import DataError


def side(values, patients=None):
    points = np.asarray(values, np.float64)
    points = points[:, None] if points.ndim == 1 else points
    return Side(points, np.arange(len(points)).astype(str) if patients is None else np.array(patients))


def test_by_hand():
    """Distances to the nearest of 0 and 10: training 1, 2, 4; held out 3, 1 → 1.5 + 1 + 0 of 6 pairs."""
    result = membership(
        side([1, 12, 6], ["a", "a", "b"]), side([3, 9], ["x", "y"]), np.array([[0.0], [10.0]])
    )
    assert result.auc == pytest.approx(2.5 / 6)
    first, second = result.scores
    assert (first.patient, first.images, first.membership_score) == ("a", 2, pytest.approx(2.5 / 4))
    assert (first.distance, first.image, first.synthetic) == (1.0, 0, 0)
    assert (second.patient, second.membership_score, second.distance) == ("b", 0.0, 4.0)


def test_the_area_is_scikit_learns():
    draw = np.random.default_rng(0)
    training, others = draw.standard_normal((60, 4)), 1.3 * draw.standard_normal((40, 4))
    synthetic = draw.standard_normal((30, 4))
    scores = [
        -min(np.linalg.norm(image - other) for other in synthetic)
        for image in np.concatenate([training, others])
    ]
    result = membership(side(training), side(others), synthetic)
    assert result.auc == pytest.approx(roc_auc_score([1] * 60 + [0] * 40, scores), abs=1e-12)


def test_copies_leak_membership():
    draw = np.random.default_rng(1)
    patients = [f"p{number // 4}" for number in range(40)]
    training, others = (side(draw.standard_normal((40, 6)), patients) for _ in range(2))
    copies = training.points + 1e-3 * draw.standard_normal((40, 6))
    result = membership(training, others, copies)
    # Ten patients of either side are all recognised, but other patients may not be.
    assert result.auc == 1 and result.interval.high == 1 and 0.6 < result.interval.low < 0.95
    close = nearness(training, others, copies)
    assert close.nearer == 1 and close.images == 40
    assert (close.training < 0.01).all() and (close.held_out > 0.1).all()


def test_new_images_leak_nothing_and_the_intervals_hold_chance():
    """The truth, 0.5, is within about 19 of 20 intervals, though images of a patient are alike."""
    inside, share_inside = 0, 0
    for trial in range(60):
        draw = np.random.default_rng(trial)
        sides = []
        for count in (16, 12):
            person = draw.standard_normal((count, 3)).repeat(5, axis=0)
            names = np.arange(count).repeat(5).astype(str)
            sides.append(Side(person + 0.4 * draw.standard_normal(person.shape), names))
        synthetic = 1.1 * draw.standard_normal((80, 3))
        interval = membership(*sides, synthetic).interval
        inside += interval.low <= 0.5 <= interval.high
        if trial < 20:
            share = nearness(*sides, synthetic, seed=trial).interval
            share_inside += share.low <= 0.5 <= share.high
    assert inside >= 54 and share_inside >= 17


@pytest.mark.parametrize("counts", [(2, 2), (3, 3), (20, 3)])
def test_the_interval_holds_chance_where_few_patients_are_held_out(counts):
    inside = 0
    for trial in range(100):
        draw = np.random.default_rng(trial)
        sides = []
        for count in counts:
            person = draw.standard_normal((count, 8)).repeat(10, axis=0)
            sides.append(Side(person + 0.7 * draw.standard_normal(person.shape), np.arange(count).repeat(10)))
        interval = membership(*sides, 1.2 * draw.standard_normal((100, 8))).interval
        inside += interval.low <= 0.5 <= interval.high
    assert inside >= 91  # 95 less two standard errors; resampling patients held it in 67 of two and two


def test_as_many_patients_and_images_of_each_are_looked_at():
    """More and more varied images are nearer to anything; of as many of each, chance is left."""
    shares = []
    for trial in range(10):
        draw = np.random.default_rng(trial)
        many = Side(draw.standard_normal((90, 2)), np.arange(30).repeat(3).astype(str))
        few = Side(draw.standard_normal((40, 2)), np.arange(10).repeat(4).astype(str))
        result = nearness(many, few, draw.standard_normal((50, 2)), seed=trial)
        assert result.images == 30
        shares.append(result.nearer)
    assert abs(np.mean(shares) - 0.5) < 0.06


def test_a_tie_counts_for_half():
    result = nearness(side([1, 5]), side([-1, -5]), np.array([[0.0]]))
    assert result.nearer == 0.5
    assert membership(side([1, 1]), side([1, 1]), np.array([[0.0]])).auc == 0.5


def test_one_patient_has_no_interval():
    patient = side([1, 2], ["a", "a"])
    assert membership(patient, side([3, 4]), np.array([[0.0]])).interval.low is None
    assert nearness(patient, side([3, 4]), np.array([[0.0]])).interval.high is None


def test_empty_sets_are_refused():
    with pytest.raises(DataError, match="no held-out image"):
        membership(side([1]), side([]), np.array([[0.0]]))
