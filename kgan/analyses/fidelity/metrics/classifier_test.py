"""Classifier two-sample test (C2ST): can a simple classifier tell synthetic images from real ones?

A logistic regression on standardised features is trained on some images and asked of others; all images of a
patient are on one side, or it would know the patient again. Where both kinds are of one distribution it is
right half of the time. The value is the mean of its two rates, right of real and right of synthetic images,
so that chance is 0.5 whatever the numbers of images.

The p-value holds the shares that are called real, of real and of synthetic images, against each other, with
patients as units. The interval joins those of the two rates (that of real images by patient), as resampling
patients would give none where every image is told. The classifiers of k folds learn from common images, so
what they say varies together: variances are multiplied by 1 + k / (k - 1) (Nadeau and Bengio). By simulation
of equal sets the test at 5 % rejects in 1 to 4 %, and in 9 to 10 % where folds are taken for independent.

Reference: D. Lopez-Paz, M. Oquab, Revisiting Classifier Two-Sample Tests, 2017, arXiv:1610.06545, section 3;
G. Y. Zou, A. Donner, Stat. Med. 27, 2008, 1693–1702 (joining the intervals of two rates); C. Nadeau,
Y. Bengio, Inference for the Generalization Error, Mach. Learn. 52, 2003, 239–281, section 3.
"""

import math
import warnings
from dataclasses import dataclass

import numpy as np
from scipy import stats
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kgan.analyses.fidelity.metrics.metric import FidelityMetric, Metric, TestedMetric
from kgan.errors import DataError
from kgan.features.feature_set import FeatureSet
from kgan.random.streams import rng
from kgan.stats.clustered import proportion_interval

FOLDS = 5
#: Inverse strength of the regularisation; standardised features are many and images are few.
_STRENGTH = 0.01


@dataclass(frozen=True)
class ClassifierTest:
    """How well synthetic images are told from real ones.

    Args:
        value: mean of the shares of real and of synthetic images that are told rightly; 0.5 is chance.
        low: lower limit of the 95 % interval; ``None`` with fewer than two patients.
        high: upper limit.
        p: one-sided p-value against chance; ``None`` as well.
    """

    value: float
    low: float | None
    high: float | None
    p: float | None


class ClassifierTwoSample(TestedMetric):
    """C2ST."""

    metric = Metric(
        "c2st",
        "Classified",
        "accuracy of a classifier, real against synthetic; 0.5 is chance",
        "distance",
        high=1.0,
        baseline=0.5,
    )

    def test(self, real: FeatureSet, synthetic: FeatureSet, seed: int) -> FidelityMetric:
        """Test both sides by a classifier; undefined of images of one patient."""
        if min(real.groups, synthetic.groups) < 2:
            note = "c2st: images of one patient, so none is left to be tested on"
            return FidelityMetric(self.metric.name, None, note=note)
        sides = (real.points, real.owners, synthetic.points, synthetic.owners)
        result = classifier_test(*sides, seed=seed)
        return FidelityMetric(self.metric.name, result.value, result.low, result.high, p=result.p)


def classifier_test(
    real: np.ndarray,
    patients: np.ndarray,
    synthetic: np.ndarray,
    owners: np.ndarray | None = None,
    *,
    folds: int = FOLDS,
    seed: int = 0,
) -> ClassifierTest:
    """Test whether two sets can be told apart.

    Args:
        real: (m, d) float64.
        patients: (m,) str, whose each real image is; two patients or more.
        synthetic: (n, d) float64, or real images of other patients.
        owners: (n,) str, whose each of these is; ``None`` where each is its own.
        folds: parts that are asked in turn; no more than there are patients of either side.
        seed: of the parts.

    Raises:
        DataError: fewer than two patients or images of a side.
    """
    groups = [np.asarray(patients), np.arange(len(synthetic)) if owners is None else np.asarray(owners)]
    fewest = min(len(np.unique(side)) for side in groups)
    if fewest < 2:
        raise DataError(
            f"a classifier two-sample test with {fewest} patients or images of one side; expected two or more"
        )
    folds = min(folds, fewest)
    parts = np.concatenate([_parts(side, folds, seed, at) for at, side in enumerate(groups)])
    points = np.concatenate([real, synthetic])
    is_real = np.arange(len(points)) < len(real)
    said = np.empty(len(points), bool)
    for part in range(folds):
        asked = parts == part
        said[asked] = _fitted(points[~asked], is_real[~asked]).predict(points[asked])
    common = 1 + folds / (folds - 1)
    return score_predictions(said[is_real], groups[0], said[~is_real], groups[1], inflation=common)


def score_predictions(
    real: np.ndarray,
    patients: np.ndarray,
    synthetic: np.ndarray,
    owners: np.ndarray,
    *,
    inflation: float = 1.0,
) -> ClassifierTest:
    """Sum up what was said of each image.

    Args:
        real: (m,) bool, which real images were called real.
        patients: (m,) whose each is.
        synthetic: (n,) bool, which synthetic images were called real.
        owners: (n,) whose each is.
        inflation: of the variances, where classifiers of several folds were asked; 1 for a single one.
    """
    rights = real.astype(bool), ~synthetic.astype(bool)
    rates = [float(right.mean()) for right in rights]
    limits = [proportion_interval(right, of) for right, of in zip(rights, (patients, owners), strict=True)]
    value = sum(rates) / 2
    share = float(np.concatenate([real, synthetic]).mean())
    variance = _variance(real, patients, share) + _variance(synthetic, owners, share)
    low = high = None
    if all(one.low is not None and one.high is not None for one in limits):
        below = [rate - (one.low or 0.0) for rate, one in zip(rates, limits, strict=True)]
        above = [(one.high or 0.0) - rate for rate, one in zip(rates, limits, strict=True)]
        wider = math.sqrt(inflation) / 2
        low = max(0.0, value - wider * math.hypot(*below))
        high = min(1.0, value + wider * math.hypot(*above))
    if variance == 0:  # everything was called the same
        return ClassifierTest(value, low, high, 1.0)
    freedom = min(len(np.unique(patients)), len(np.unique(owners))) - 1
    p = float(stats.t.sf((sum(rates) - 1) / np.sqrt(inflation * variance), freedom)) if freedom else None
    return ClassifierTest(value, low, high, p)


def _variance(said: np.ndarray, owners: np.ndarray, share: float) -> float:
    """Variance of the share called real, by owner, where it is ``share`` in truth."""
    _, owner = np.unique(owners, return_inverse=True)
    off = np.bincount(owner, said.astype(np.float64) - share)
    return float(np.square(off).sum()) * len(off) / max(1, len(off) - 1) / len(said) ** 2


def _parts(owners: np.ndarray, folds: int, seed: int, side: int) -> np.ndarray:
    """Give each image its part, (n,) int64: owners in a seeded order, large ones first, to the least part."""
    names, owner, counts = np.unique(owners, return_inverse=True, return_counts=True)
    order = rng(seed, "two_sample/parts", side).permutation(len(names))
    part, sizes = np.empty(len(names), np.int64), np.zeros(folds)
    for name in order[np.argsort(-counts[order], kind="stable")]:
        part[name] = int(sizes.argmin())
        sizes[part[name]] += counts[name]
    return part[owner]


def _fitted(points: np.ndarray, is_real: np.ndarray) -> LogisticRegression:
    model = make_pipeline(
        StandardScaler(), LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=300)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # any classifier makes a valid test
        return model.fit(points, is_real)
