"""Cohorts of test patients for simulations of levels, coverages and powers."""

import numpy as np
from scipy import stats

from kgan.stats.predictions import Predictions
from kgan.stats.replicates import as_replicates

#: Slices of each patient: as many for all, or as unequal as one to 150, evenly or on a logarithmic scale.
SIZES = {
    "20": lambda draws, patients: np.full(patients, 20),
    "100": lambda draws, patients: np.full(patients, 100),
    "1-150": lambda draws, patients: draws.integers(1, 151, patients),
    "unequal": lambda draws, patients: np.ceil(150 ** draws.random(patients)).astype(int),
    "one large": lambda draws, patients: np.r_[150, np.full(patients - 1, 10)],
}


def exchangeable(seed, patients, slices="20"):
    """Return the difference of two equally good classifiers, image by image, and whose image each is."""
    draws = np.random.default_rng(seed)
    counts = SIZES[slices](draws, patients)
    chances = draws.beta(6.75, 2.25, (2, patients))  # a mean of 0.75, an intraclass correlation of 0.1
    return answers(draws, chances, counts)


def skewed(seed, patients, slices="20"):
    """Return the same where a tenth of the patients lose 45 points and the others gain 5, 0 on the whole."""
    draws = np.random.default_rng(seed)
    counts = SIZES[slices](draws, patients)
    change = np.where(draws.random(patients) < 0.1, -0.45, 0.05)
    return answers(draws, np.stack([np.full(patients, 0.75), 0.75 + change]), counts)


def answers(draws, chances, counts):
    owner = np.repeat(np.arange(chances.shape[1]), counts)
    first, second = draws.random((2, len(owner))) < chances[:, owner]
    return second.astype(float) - first, owner


def table(scores, truth, patients):
    """Return predictions of images numbered from 0."""
    scores = np.asarray(scores, float)
    return Predictions(np.asarray(patients, str), np.arange(len(truth)), np.asarray(truth), scores)


def areas(seed, patients, slices, positives=None, areas=(0.8,), spread=0.5):
    """Return predictions of classifiers of given areas: half of a slice's deviation is its patient's.

    ``positives`` patients are of the positive class and the others of the negative; where it is ``None``,
    half of each one's slices are.
    """
    draws = np.random.default_rng(seed)
    owner = np.repeat(np.arange(patients), slices)
    truth = (np.tile(np.arange(slices) % 2, patients) if positives is None else owner < positives).astype(int)
    common, shared = draws.normal(size=(patients, 2)), draws.normal(size=len(owner))
    tables = []
    for area in areas:
        patient = np.sqrt(0.5) * (common + draws.normal(size=(patients, 2)))
        image = np.sqrt(0.5) * (shared + draws.normal(size=len(owner)))
        own_effect = patient[owner, truth if positives is None else 0]
        apart = stats.norm.ppf(area) * np.sqrt(2) * truth
        scores = apart + np.sqrt(spread) * own_effect + np.sqrt(1 - spread) * image
        tables.append(as_replicates(table(stats.norm.cdf(scores), truth, owner)))
    return tables
