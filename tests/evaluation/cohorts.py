"""Cohorts of test patients for simulations of levels, coverages and powers."""

import numpy as np

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
