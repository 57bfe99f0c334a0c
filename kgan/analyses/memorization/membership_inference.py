"""Whether synthetic images leak whose images their GAN was trained on.

Two questions. *Do synthetic images lie nearer to training images than to held-out ones?* Of as many of each,
a synthetic image's nearest is a training image half of the time where nothing was memorized. *Can an
attacker who has the synthetic images and a patient's image infer that it was in the training?* The attacker
scores a real image by how near the nearest synthetic image is; the area under the ROC curve, of training
images against held-out ones, is 0.5 where nothing leaks and 1 where every training image is recognised.

Intervals have patients as units, all images of one together: that of the attack is an area's
(`kgan.stats.auroc`). Held-out patients are only looked at, nothing is fitted to them.

Reference: D. Chen, N. Yu, Y. Zhang, M. Fritz, GAN-Leaks, CCS 2020, arXiv:1909.03935 (the full black-box
attack).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from kgan.errors import DataError
from kgan.features.neighbours import nearest_neighbour
from kgan.random.streams import rng
from kgan.stats.auroc import Placements, area_interval
from kgan.stats.clustered import Interval
from kgan.stats.proportions import CONFIDENCE

_HALVES = 200


@dataclass(frozen=True, eq=False)
class Side:
    """Real images of one kind of patients.

    Args:
        points: (n, d) float64 features.
        patients: (n,) str, whose each image is.
    """

    points: np.ndarray
    patients: np.ndarray

    def __len__(self) -> int:
        return len(self.points)

    def only(self, indices: np.ndarray) -> "Side":
        """Return some of the images."""
        return Side(self.points[indices], self.patients[indices])


@dataclass(frozen=True)
class MembershipScore:
    """How well membership of a training patient is recognised.

    Args:
        patient: identifier.
        images: how many of the patient's were scored.
        membership_score: share of held-out images that are farther from their nearest synthetic image than
            these are, in [0, 1]; 0.5 on average where nothing leaks.
        distance: of the nearest synthetic image to any of the patient's.
        image: number of that image among the training images.
        synthetic: number of that synthetic image.
    """

    patient: str
    images: int
    membership_score: float
    distance: float
    image: int
    synthetic: int


@dataclass(frozen=True)
class Membership:
    """How well training images are separated from held-out ones by their distance to synthetic images.

    Args:
        auc: area under the ROC curve, in [0, 1]; 0.5 is chance.
        interval: of it, by patient; limits are ``None`` where a side has one patient.
        scores: of the training patients, the highest first.
    """

    auc: float
    interval: Interval
    scores: tuple[MembershipScore, ...]


@dataclass(frozen=True, eq=False)
class Nearness:
    """How near synthetic images are to training and to held-out images, of as many patients and images each.

    Args:
        nearer: share of synthetic images that are nearer to a training image, equal ones for half; in [0, 1].
        interval: of it, by patient.
        training: (n,) float64 distance of each synthetic image to the nearest training image.
        held_out: (n,) float64 the same to the nearest held-out image.
        images: training images that were looked at, and as many held-out ones.
    """

    nearer: float
    interval: Interval
    training: np.ndarray
    held_out: np.ndarray
    images: int


def membership(training: Side, held_out: Side, synthetic: np.ndarray) -> Membership:
    """Attack: recognise training images by how near the nearest synthetic image is.

    Args:
        training: images that the GAN learnt from.
        held_out: images of other patients.
        synthetic: (n, d) float64, the GAN's images.

    Raises:
        DataError: a set holds no image.
    """
    _check(training, held_out, synthetic)
    lengths, which = nearest_neighbour(training.points, synthetic)
    others, _ = nearest_neighbour(held_out.points, synthetic)
    names, owner, counts = np.unique(training.patients, return_inverse=True, return_counts=True)
    wins = _wins(lengths, owner, len(names), others, np.unique(held_out.patients, return_inverse=True)[1])
    sizes = np.unique(held_out.patients, return_counts=True)[1]
    auc = float(wins.sum() / (len(lengths) * len(others)))
    scores = []
    for number, name in enumerate(names.tolist()):
        images = np.flatnonzero(owner == number)
        first = images[lengths[images].argmin()]
        share = float(wins[number].sum() / (len(images) * len(others)))
        scores.append(
            MembershipScore(name, len(images), share, float(lengths[first]), int(first), int(which[first]))
        )
    scores.sort(key=lambda score: (-score.membership_score, score.distance))
    return Membership(auc, _interval(wins, counts, sizes), tuple(scores))


def nearness(training: Side, held_out: Side, synthetic: np.ndarray, *, seed: int = 0) -> Nearness:
    """Compare how near synthetic images are to training and to held-out images.

    Of the larger side as many patients, and then images, are taken at random as the smaller one has: among
    more images, and more different ones, the nearest is nearer.

    Args:
        training: images that the GAN learnt from.
        held_out: images of other patients.
        synthetic: (n, d) float64, the GAN's images.
        seed: of the choice and the resampling.

    Raises:
        DataError: a set holds no image.
    """
    _check(training, held_out, synthetic)
    sides = _matched(training, held_out, seed)
    tables = [_by_patient(synthetic, side) for side in sides]
    near, far = (table.min(axis=1) for table in tables)
    return Nearness(
        _nearer(near, far), _nearer_interval(tables[0], tables[1], seed), near, far, len(sides[0])
    )


def _check(training: Side, held_out: Side, synthetic: np.ndarray) -> None:
    for name, images in (("training", training), ("held-out", held_out), ("synthetic", synthetic)):
        if not len(images):
            raise DataError(f"no {name} image to look for copies with; expected at least one")


def _matched(training: Side, held_out: Side, seed: int) -> list[Side]:
    """Take as many patients of each, then as many images."""
    sides = [training, held_out]
    for kind in ("patients", "images"):
        units = [side.patients if kind == "patients" else np.arange(len(side)) for side in sides]
        count = min(len(np.unique(units_of_side)) for units_of_side in units)
        for at, (side, unit) in enumerate(zip(sides, units, strict=True)):
            chosen = rng(seed, f"memorisation/{kind}", at).permutation(np.unique(unit))[:count]
            sides[at] = side.only(np.flatnonzero(np.isin(unit, chosen)))
    return sides


def _wins(
    lengths: np.ndarray, owner: np.ndarray, patients: int, others: np.ndarray, other_owner: np.ndarray
) -> np.ndarray:
    """Return (patients, other patients): pairs of images in which the training image is nearer, ties half."""
    wins = np.zeros((patients, int(other_owner.max()) + 1))
    for number in range(patients):
        own = np.sort(lengths[owner == number])
        nearer = np.searchsorted(own, others, side="left") + np.searchsorted(own, others, side="right")
        wins[number] = np.bincount(other_owner, nearer / 2, wins.shape[1])
    return wins


def _interval(wins: np.ndarray, counts: np.ndarray, sizes: np.ndarray) -> Interval:
    """Return the interval of the area, with the patients of both sides as units."""
    sums = np.zeros((2, sum(wins.shape)))
    images = np.zeros_like(sums)
    sums[0, : len(counts)], images[0, : len(counts)] = wins.sum(axis=1) / sizes.sum(), counts
    sums[1, len(counts) :], images[1, len(counts) :] = wins.sum(axis=0) / counts.sum(), sizes
    return area_interval([Placements(sums, images)], sum(wins.shape))


def _nearer(near: np.ndarray, far: np.ndarray) -> float:
    return float(((near < far) + 0.5 * (near == far)).mean())


def _by_patient(synthetic: np.ndarray, side: Side) -> np.ndarray:
    """Return the distance (n, patients) of each synthetic image to each patient's nearest image."""
    names, owner = np.unique(side.patients, return_inverse=True)
    columns = [nearest_neighbour(synthetic, side.points[owner == number])[0] for number in range(len(names))]
    return np.stack(columns, axis=1)


def _nearer_interval(training: np.ndarray, held_out: np.ndarray, seed: int) -> Interval:
    """Draw halves of the patients: being drawn twice would bring no patient nearer."""
    counts = training.shape[1], held_out.shape[1]
    if min(counts) < 2:
        return Interval(None, None, sum(counts))
    shares = []
    for draw in range(_HALVES):
        generator = rng(seed, "memorisation/halves", draw)
        halves = [generator.permutation(count)[: count // 2] for count in counts]
        images = generator.permutation(len(training))[: max(1, len(training) // 2)]
        near, far = (
            side[np.ix_(images, half)].min(axis=1)
            for side, half in zip((training, held_out), halves, strict=True)
        )
        shares.append(_nearer(near, far))
    whole = _nearer(training.min(axis=1), held_out.min(axis=1))
    margin = float(np.std(shares, ddof=1) * stats.t.ppf((1 + CONFIDENCE) / 2, min(counts) - 1))
    return Interval(max(0.0, whole - margin), min(1.0, whole + margin), sum(counts))
