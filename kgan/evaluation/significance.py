"""Paired tests of predictions, as published and with patients as units, Holm–Bonferroni over the family.

Two classifiers judged the same images. Only the images that one of them judges rightly and the other wrongly
(discordant ones) tell them apart. The test is run separately for accuracy (all images), sensitivity (those of
the positive class) and specificity (the others).

McNemar's test is the published one and takes each slice for an independent witness.
`kgan.evaluation.clustered` takes each patient for one; the verdict of a comparison rests on that (ours).

Either test takes the classifiers as they came out. That another training of the same setup gives another one
is in neither, also where several trainings are averaged: by simulation of 22 patients, a test by patients at
5 % calls equal setups different in 40 % of cases where a single training moves the accuracy by some 5 points.

Two things the paper leaves open, and what is done here:

* *Which McNemar.* Exact (binomial) below 25 discordant images, else chi² with continuity correction.
* *Which family.* The p-values of one metric over all compared pairs; the three metrics are three families.
  The published Table 6 is consistent with chi² with continuity correction and this family, and not with one
  family over all three: the discordant images of accuracy must be those of sensitivity and specificity
  together, and the counts worked back from the adjusted p-values of its rows "(9) w/ PT vs (2) w/o PT" and
  "(9) w/ PT vs (6) w/ PT" add up (174.5 and 175.0; 104.3 and 104.0) with 124 p-values a family, and do not
  (152.7 and 136.5; 89.8 and 76.7) with 372.

Reference: C. Han et al., "Combining noise-to-image and image-to-image GANs", IEEE Access 2019, section III-D
and Table 6; Q. McNemar, Psychometrika 12, 1947; S. Holm, Scand. J. Statist. 6, 1979.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from kgan.evaluation.clustered import Interval, PairedTest, paired_test
from kgan.evaluation.predictions import Predictions
from kgan.evaluation.repeats import Repeated, alone, places

METRICS = ("accuracy", "sensitivity", "specificity")
EXACT_BELOW = 25
HELPS, HARMS, CANNOT_BE_TOLD = "helps", "harms", "cannot be told"
Pair = tuple[str, str]


@dataclass(frozen=True)
class Comparison:
    """Two classifiers compared in one metric.

    Args:
        first: name of a classifier.
        second: name of another.
        metric: one of `METRICS`.
        first_only_right: images that only the first judged rightly.
        second_only_right: images that only the second judged rightly.
        n: images of the metric.
        test: the kind of test, in words.
        statistic: chi², or the smaller discordant count of the exact test; ``None`` where nothing differs.
        p: two-sided p-value; 1 where nothing differs.
        p_holm: p adjusted over the family.
        significant: whether ``p_holm`` is below the threshold.
        by_patient: the same comparison with patients as units.
        p_patients_holm: its p-value adjusted over the family.
        verdict: "helps", "harms" (the second against the first, by patients) or "cannot be told".
    """

    first: str
    second: str
    metric: str
    first_only_right: int
    second_only_right: int
    n: int
    test: str
    statistic: float | None
    p: float
    p_holm: float = 1.0
    significant: bool = False
    by_patient: PairedTest = field(default=PairedTest(None, Interval(None, None, 0), 1.0, None))
    p_patients_holm: float = 1.0
    verdict: str = CANNOT_BE_TOLD


def compare(
    tables: Mapping[str, Predictions | Repeated], pairs: Sequence[Pair], alpha: float = 0.05, seed: int = 0
) -> tuple[Comparison, ...]:
    """Compare pairs of classifiers in each metric.

    Args:
        tables: predictions by the classifier's name, all of the same test images (in any order). Of several
            trainings McNemar's test takes the first, the test by patients all.
        pairs: names to compare; all of them together are the family.
        alpha: a difference is significant where its adjusted p-value is below; in (0, 1).
        seed: of the resampling of patients.

    Returns:
        tuple: pair by pair, in the order of `METRICS` within each.

    Raises:
        DataError: two tables are not of the same images or disagree about a truth.
    """
    found = {name: alone(table) for name, table in tables.items()}
    comparisons = [_compare_pair(found, pair, alpha, seed) for pair in pairs]
    families = [_adjusted(family, alpha) for family in zip(*comparisons, strict=True)]
    return tuple(one for pair in zip(*families, strict=True) for one in pair)


def mcnemar_test(first_only: int, second_only: int) -> tuple[str, float | None, float]:
    """Return the kind of test, its statistic and the two-sided p-value for two discordant counts."""
    discordant = first_only + second_only
    if discordant == 0:
        return "no discordant image", None, 1.0
    exact = discordant < EXACT_BELOW
    result = mcnemar([[0, first_only], [second_only, 0]], exact=exact, correction=not exact)
    kind = "exact binomial" if exact else "chi-squared, continuity-corrected"
    return kind, float(result.statistic), min(1.0, float(result.pvalue))


def _compare_pair(tables: Mapping[str, Repeated], pair: Pair, alpha: float, seed: int) -> list[Comparison]:
    first, second = tables[pair[0]], tables[pair[1]]
    order = places(first.first, second.first, f"{pair[0]!r} and {pair[1]!r}")
    right, other = first.first.right, second.first.right[order]
    often, others = first.right, second.right[order]
    differences = _differences(first, second, order)
    positive, patients = first.first.truth == 1, first.first.patients
    judged = {"accuracy": np.ones_like(positive), "sensitivity": positive, "specificity": ~positive}
    comparisons = []
    for metric in METRICS:
        mine = judged[metric]
        each = [float(np.nanmean(row[mine])) for row in differences if np.isfinite(row[mine]).any()]
        by_patient = paired_test(
            often[mine], others[mine], patients[mine], seed=seed, alpha=alpha, trainings=each
        )
        comparisons.append(replace(_mcnemar(pair, metric, right[mine], other[mine]), by_patient=by_patient))
    return comparisons


def _differences(first: Repeated, second: Repeated, order: np.ndarray) -> list[np.ndarray]:
    """Return for each training (n,) float64: 1 where the second alone is right, -1 where the first is."""
    pairs = zip(first.by_training, second.by_training, strict=False)
    return [other[order] - mine for rows, others in pairs for mine, other in zip(rows, others, strict=False)]


def _mcnemar(pair: Pair, metric: str, right: np.ndarray, other: np.ndarray) -> Comparison:
    first_only, second_only = int((right & ~other).sum()), int((other & ~right).sum())
    kind, statistic, p = mcnemar_test(first_only, second_only)
    if not len(right):
        kind = "no image of this class"
    return Comparison(*pair, metric, first_only, second_only, len(right), kind, statistic, p)


def _adjusted(family: Sequence[Comparison], alpha: float) -> list[Comparison]:
    slices = multipletests([one.p for one in family], alpha=alpha, method="holm")[1]
    patients = multipletests([one.by_patient.p for one in family], alpha=alpha, method="holm")[1]
    return [
        replace(
            one,
            p_holm=float(p),
            significant=bool(p < alpha),
            p_patients_holm=float(p_patients),
            verdict=_verdict(one.by_patient.gain, float(p_patients), alpha),
        )
        for one, p, p_patients in zip(family, slices, patients, strict=True)
    ]


def _verdict(gain: float | None, p: float, alpha: float) -> str:
    if gain is None or p >= alpha:
        return CANNOT_BE_TOLD
    return HELPS if gain > 0 else HARMS
