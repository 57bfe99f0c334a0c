"""How often McNemar's test, and the one that counts patients, find a difference where there is none.

    python benchmarks/false_alarms.py [--experiments 1000] [--patients 12] [--slices 20]

Several classifiers of one and the same true accuracy judge the slices of test patients. Each has its own
good and bad patients: its chance of being right in a patient is drawn from a beta distribution whose
intraclass correlation is given, so slices of one patient agree more than slices of two. Every classifier is
compared with the first, with Holm's correction over the family. An experiment is a false alarm if any pair is
significant at 5 %. With correlation 0 both tests must hold the 5 %; with more, only the one that counts
patients does.
"""

import argparse

import numpy as np
from statsmodels.stats.multitest import multipletests

from kgan.data.randomness import rng
from kgan.evaluation.clustered import flip_test
from kgan.evaluation.significance import mcnemar_test

ALPHA = 0.05
ACCURACY = 0.8
CORRELATIONS = (0.0, 0.05, 0.1, 0.2, 0.4)


def answers(draws: np.random.Generator, options: argparse.Namespace, correlation: float) -> np.ndarray:
    """Return (classifiers, patients, slices) bool, whether each answer is right."""
    shape = (options.classifiers, options.patients, options.slices)
    chance = np.full(shape[:2], ACCURACY)
    if correlation:
        total = 1 / correlation - 1
        chance = draws.beta(ACCURACY * total, (1 - ACCURACY) * total, shape[:2])
    return draws.random(shape) < chance[..., None]


def p_values(right: np.ndarray) -> tuple[list[float], list[float]]:
    """Return the p-values of each classifier against the first, by slices and by patients."""
    first = right[0]
    by_slices = [
        mcnemar_test(int((first & ~other).sum()), int((other & ~first).sum()))[2] for other in right[1:]
    ]
    gains = right.sum(2).astype(float) - first.sum(1)
    return by_slices, [flip_test(gain, seed=number) for number, gain in enumerate(gains[1:])]


def alarms(options: argparse.Namespace, correlation: float) -> np.ndarray:
    """Return the shares of experiments with a false alarm, by slices and by patients."""
    found = np.zeros(2)
    for experiment in range(options.experiments):
        draws = rng(options.seed, f"null/{correlation}", experiment)
        for kind, family in enumerate(p_values(answers(draws, options, correlation))):
            found[kind] += multipletests(family, alpha=ALPHA, method="holm")[0].any()
    return found / options.experiments


def main() -> None:
    """Print a row for each correlation."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--experiments", type=int, default=1000)
    parser.add_argument("--classifiers", type=int, default=10)
    parser.add_argument("--patients", type=int, default=12)
    parser.add_argument("--slices", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    error = np.sqrt(ALPHA * (1 - ALPHA) / options.experiments)
    print(
        f"{options.experiments} experiments of {options.classifiers - 1} pairs, {options.patients} patients "
        f"of {options.slices} slices; family-wise false alarms at 5 % (standard error {100 * error:.1f})"
    )
    print("correlation  McNemar  by patients")
    for correlation in CORRELATIONS:
        by_slices, by_patients = 100 * alarms(options, correlation)
        print(f"{correlation:11.2f}  {by_slices:6.1f}%  {by_patients:10.1f}%")


if __name__ == "__main__":
    main()
