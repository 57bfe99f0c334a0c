"""Comparisons of classifiers: a few planned ones that are decided, all others described.

Two classifiers judged the same images. They are compared in accuracy (all images), sensitivity (those of the
positive class), specificity (the others) and AUROC.

* *What is decided*: the planned pairs in the primary metric are one family. Their p-values, with patients
  as units (`kgan.stats.paired`, `kgan.stats.auroc`), are adjusted after Holm–Bonferroni, and the
  second classifier is better, worse or the comparison is inconclusive. The difference that is detected with
  80 % power is stated for each (`kgan.stats.power`).
* *What is described*: every other pair and metric has its difference, interval and p-value, unadjusted and
  without a conclusion. Three metrics with a family each, as in the papers, raise a false alarm in 9 to 13 %
  of experiments at 5 %.
* *What is published*: McNemar's test on slices, Holm–Bonferroni over the pairs of one metric
  (`docs/decisions/011`). It rejects too often where slices of a patient resemble each other.

The tests with patients as units cover run-to-run variation where there are several runs or splits; no other
test does.

Reference: S. Holm, Scand. J. Statist. 6, 1979. Planned pairs and one primary metric are ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kgan.analyses.comparison.classifier_pairs import Pairing
from kgan.analyses.comparison.tables import AUROC, BETTER, COMPARED, INCONCLUSIVE, METRICS, WORSE
from kgan.stats.holm import holm
from kgan.stats.mcnemar import mcnemar_test
from kgan.stats.paired import PairedTest
from kgan.stats.power import can_be_significant, never_significant
from kgan.stats.predictions import Predictions
from kgan.stats.replicates import Replicates, as_replicates

Pair = tuple[str, str]


@dataclass(frozen=True)
class Comparison:
    """Two classifiers compared in one metric; ``None`` stands for what there is none of.

    Args:
        first: name of a classifier.
        second: name of another.
        metric: one of `COMPARED`.
        n: images of the metric.
        by_patient: the second less the first, with patients as units.
        first_only_right: images that only the first classified correctly.
        second_only_right: images that only the second classified correctly.
        test: the kind of McNemar's test, in words.
        statistic: chi², or the smaller discordant count of the exact test.
        p: two-sided p-value of McNemar's test; 1 where nothing differs.
        p_holm: the same adjusted over the published family; ``None`` for a pair that is not of it.
        significant: whether ``p_holm`` is below the threshold.
        planned: whether this pair and metric are of the family that is decided.
        p_patients_holm: p-value with patients as units, adjusted over that family.
        conclusion: "better", "worse" (the second than the first) or "inconclusive"; or empty.
        detectable: true difference that is detected with 80 % power after the adjustment.
        note: why there is no test, or why it can detect nothing.
    """

    first: str
    second: str
    metric: str
    n: int
    by_patient: PairedTest
    first_only_right: int | None = None
    second_only_right: int | None = None
    test: str = ""
    statistic: float | None = None
    p: float | None = None
    p_holm: float | None = None
    significant: bool | None = None
    planned: bool = False
    p_patients_holm: float | None = None
    conclusion: str = ""
    detectable: float | None = None
    note: str = ""


def compare(
    tables: Mapping[str, Predictions | Replicates],
    pairs: Sequence[Pair],
    alpha: float = 0.05,
    seed: int = 0,
    *,
    planned: Sequence[Pair] | None = None,
    metric: str = "accuracy",
) -> tuple[Comparison, ...]:
    """Compare pairs of classifiers in each metric.

    Args:
        tables: predictions by the classifier's name, all of the same test images (in any order). Of several
            runs McNemar's test takes the first, the patient-level tests all.
        pairs: names to compare; all of them together are the published family of each metric.
        alpha: a difference is significant where its adjusted p-value is below; in (0, 1).
        seed: of flips and simulations.
        planned: pairs that are decided, in this direction; ``None`` for all ``pairs``.
        metric: the primary one, in which they are.

    Returns:
        tuple: planned pairs first; pair by pair, in the order of `COMPARED` within each.

    Raises:
        DataError: two tables are not of the same images or disagree about a truth.
    """
    repeated = {name: as_replicates(table) for name, table in tables.items()}
    decided = list(dict.fromkeys(pairs if planned is None else planned))
    others = [pair for pair in pairs if pair not in decided and pair[::-1] not in decided]
    pairings = {
        pair: Pairing.of(repeated[pair[0]], repeated[pair[1]], f"{pair[0]!r} and {pair[1]!r}")
        for pair in (*decided, *others)
    }
    comparisons = {
        (pair, name): _described(pairing, pair, name, alpha, seed)
        for pair, pairing in pairings.items()
        for name in COMPARED
    }
    published = {frozenset(pair) for pair in pairs}
    for name in METRICS:
        family = [(pair, name) for pair in pairings if frozenset(pair) in published]
        comparisons |= zip(family, _published([comparisons[key] for key in family], alpha), strict=True)
    family = [(pair, metric) for pair in decided]
    comparisons |= zip(family, _decided([comparisons[key] for key in family], alpha), strict=True)
    for key in family:
        comparisons[key] = _with_power(comparisons[key], pairings[key[0]], len(family), alpha, seed)
    return tuple(comparisons.values())


def _described(pairing: Pairing, pair: Pair, metric: str, alpha: float, seed: int) -> Comparison:
    test, images = pairing.test(metric, alpha, seed), int(pairing.images(metric).sum())
    comparison = Comparison(*pair, metric, images, test, note=test.note)
    if metric == AUROC:
        return comparison
    counts = pairing.discordant(metric)
    kind, statistic, p = mcnemar_test(*counts) if images else ("no image of this class", None, 1.0)
    return replace(
        comparison,
        first_only_right=counts[0],
        second_only_right=counts[1],
        test=kind,
        statistic=statistic,
        p=p,
    )


def _published(family: Sequence[Comparison], alpha: float) -> list[Comparison]:
    adjusted = holm([comparison.p for comparison in family if comparison.p is not None])
    return [
        replace(comparison, p_holm=float(p), significant=bool(p < alpha))
        for comparison, p in zip(family, adjusted, strict=True)
    ]


def _decided(family: Sequence[Comparison], alpha: float) -> list[Comparison]:
    adjusted = holm([comparison.by_patient.p for comparison in family])
    return [
        replace(
            comparison,
            planned=True,
            p_patients_holm=float(p),
            conclusion=_conclusion(comparison.by_patient.gain, float(p), alpha),
        )
        for comparison, p in zip(family, adjusted, strict=True)
    ]


def _with_power(comparison: Comparison, pairing: Pairing, family: int, alpha: float, seed: int) -> Comparison:
    patients = comparison.by_patient.interval.patients
    if comparison.by_patient.note:
        return comparison
    if not can_be_significant(patients, family, alpha):
        return replace(comparison, note=never_significant(patients, family))
    return replace(comparison, detectable=pairing.detectable(comparison.metric, alpha / family, seed))


def _conclusion(gain: float | None, p: float, alpha: float) -> str:
    if gain is None or p >= alpha:
        return INCONCLUSIVE
    return BETTER if gain > 0 else WORSE
