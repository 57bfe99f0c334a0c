"""Type I error of kgan's conclusions, and their power at the minimum detectable difference that kgan states.

    python benchmarks/false_alarms.py [--experiments 1000] [--pairs 3] [--runs 1]

Several classifiers classify the slices of test patients. Each is compared with the first, in accuracy, as in
kgan: patient-level (clustered) tests, Holm–Bonferroni over the pairs. McNemar's test, also with Holm, is the
published method. All classifiers have the same accuracy in the population:

* exchangeable: each has its own easy and difficult patients (beta distribution, intraclass correlation 0.1);
* skewed: a tenth of the patients lose 45 points against the first classifier, the others gain 5;
* runs (with --runs 2 or more): exchangeable, and every run of a setup deviates by 5 points (standard
  deviation) in all patients, and by another 5 points in each patient.

Level: proportion of experiments in which any pair is significant at 5 %. Stated: median of the minimum
detectable differences (80 % power) of the cohorts, in points. Power: proportion of experiments in which the
first pair is significant if its second classifier is better by that difference in every patient, and no other
classifier is.
"""

import argparse
from collections.abc import Iterator

import numpy as np

from kgan.random.streams import rng
from kgan.stats.holm import holm
from kgan.stats.mcnemar import mcnemar_test
from kgan.stats.paired import Chance, paired_test
from kgan.stats.power import can_be_significant, detectable_difference, never_significant

ALPHA = 0.05
ACCURACY, CORRELATION = 0.75, 0.1
LOSERS, LOSS, GAIN = 0.1, 0.45, 0.05
RUN_SPREAD = 0.05
PATIENTS = (6, 12, 22, 44)
STATED = 60


def sizes(draws: np.random.Generator, patients: int, slices: str) -> np.ndarray:
    """Return the number of slices of each patient: constant, or from 1 to 150."""
    if slices == "1-150":
        return draws.integers(1, 151, patients)
    return np.full(patients, int(slices))


def rates(draws: np.random.Generator, null: str, shape: tuple[int, int, int]) -> np.ndarray:
    """Return (runs, classifiers, patients) probabilities of a correct classification."""
    if null == "skewed":
        lose = draws.random(shape[1:]) < LOSERS
        accuracy = ACCURACY + np.where(lose, -LOSS, GAIN)
        accuracy[0] = ACCURACY
        return np.broadcast_to(accuracy, shape)
    total = 1 / CORRELATION - 1
    accuracy = draws.beta(ACCURACY * total, (1 - ACCURACY) * total, shape[1:])
    if null == "exchangeable":
        return np.broadcast_to(accuracy, shape)
    common = draws.normal(0, RUN_SPREAD, (*shape[:2], 1))
    return np.clip(accuracy + common + draws.normal(0, RUN_SPREAD, shape), 0, 1)


class Experiment:
    """The results of one cohort: ``right`` is (runs, classifiers, images) bool, correct classifications."""

    def __init__(self, options: argparse.Namespace, null: str, patients: int, slices: str, number: int):
        draws = rng(options.seed, f"{null}/{patients}/{slices}", number)
        counts = sizes(draws, patients, slices)
        shape = (options.runs if null == "runs" else 1, options.pairs + 1, patients)
        chance = np.repeat(rates(draws, null, shape), counts, axis=2)
        self.right = draws.random(chance.shape) < chance
        self.patients = np.repeat(np.arange(patients), counts)
        self.seed = number

    def pairs(self) -> Iterator[tuple[np.ndarray, Chance | None]]:
        """Yield each classifier's difference from the first, (images,), and its run-to-run variation."""
        shares, each = self.right.mean(axis=0), self.right.mean(axis=2)
        for number in range(1, len(shares)):
            yield shares[number] - shares[0], Chance.of_runs(each[:, 0].tolist(), each[:, number].tolist())

    def stated(self, comparisons: int) -> float | None:
        """Return the minimum detectable difference (80 % power) of the first pair."""
        difference, runs = next(self.pairs())
        return detectable_difference(
            difference, self.patients, ALPHA / comparisons, seed=self.seed, runs=runs
        )

    def decided(self, gain: float = 0.0) -> np.ndarray:
        """Return 1 for each pair whose second is significantly better, -1 for worse, 0 for inconclusive."""
        shifts = [gain, *[0.0] * (self.right.shape[1] - 2)]
        tests = [
            paired_test(difference + shift, self.patients, seed=self.seed, runs=runs)
            for (difference, runs), shift in zip(self.pairs(), shifts, strict=True)
        ]
        return np.sign([test.gain for test in tests]) * (holm([test.p for test in tests]) < ALPHA)

    def by_mcnemar(self) -> bool:
        """Return whether any of McNemar's tests is significant."""
        first, *others = self.right[0]
        counts = [(int((first & ~other).sum()), int((other & ~first).sum())) for other in others]
        return bool((holm([mcnemar_test(*two)[2] for two in counts]) < ALPHA).any())


def row(options: argparse.Namespace, null: str, patients: int, slices: str) -> list[str]:
    """Return a line of the table."""
    cohorts = [Experiment(options, null, patients, slices, number) for number in range(options.experiments)]
    slices_alarms = np.mean([cohort.by_mcnemar() for cohort in cohorts])
    alarms = np.mean([cohort.decided().any() for cohort in cohorts])
    line = [null, str(patients), slices, f"{100 * slices_alarms:.1f}", f"{100 * alarms:.1f}"]
    if not can_be_significant(patients, options.pairs, ALPHA):
        return [*line, never_significant(patients, options.pairs), ""]
    sizes_stated = [cohort.stated(options.pairs) for cohort in cohorts[:STATED]]
    stated = sorted(1.0 if size is None else size for size in sizes_stated)[len(sizes_stated) // 2]
    power = np.mean([cohort.decided(stated)[0] > 0 for cohort in cohorts])
    return [*line, f"{100 * stated:.1f}", f"{100 * power:.0f}"]


def main() -> None:
    """Print a row for each null hypothesis, number of patients and number of slices."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--experiments", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=3, help="planned comparisons")
    parser.add_argument("--runs", type=int, default=1, help="runs of each classifier; 2 or more add a null")
    parser.add_argument("--patients", type=int, nargs="+", default=PATIENTS)
    parser.add_argument("--slices", nargs="+", default=["20", "1-150"], help="slices per patient, or 1-150")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    nulls = ["runs"] if options.runs > 1 else ["exchangeable", "skewed"]
    error = 100 * np.sqrt(ALPHA * (1 - ALPHA) / options.experiments)
    print(
        f"{options.experiments} experiments of {options.pairs} pairs; standard error of a level: {error:.1f}"
    )
    print("| null | patients | slices | McNemar, level % | kgan, level % | stated, points | power % |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for null in nulls:
        for slices in options.slices:
            for patients in options.patients:
                print(f"| {' | '.join(row(options, null, patients, slices))} |", flush=True)


if __name__ == "__main__":
    main()
