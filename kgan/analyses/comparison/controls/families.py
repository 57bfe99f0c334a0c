"""The tests of the controls: a family for each kind, apart from the planned comparisons."""

from collections.abc import Iterator, Mapping, Sequence

from kgan.analyses.comparison.controls.derivation import NEGATIVE, POSITIVE
from kgan.analyses.comparison.settings import ControlPair
from kgan.analyses.comparison.significance_tests import Comparison, compare
from kgan.analyses.comparison.tables import classifier_name
from kgan.stats.replicates import Replicates


def compare_controls(
    tables: Mapping[str, Replicates], controls: Sequence[ControlPair], alpha: float, metric: str
) -> Iterator[tuple[str, Comparison]]:
    """Compare each control with its base, in each metric.

    The tests are those of `kgan.analyses.comparison.significance_tests.compare`. Positive controls are one
    Holm–Bonferroni family and negative ones another: neither costs the other power, nor the planned
    comparisons (``docs/decisions/042``).

    Args:
        tables: predictions by the classifier's name, all of the same test images.
        controls: in any order.
        alpha: threshold of significance of each family.
        metric: the primary one.

    Yields:
        tuple: kind of the control; base (first) and control (second).

    Raises:
        DataError: two tables are not of the same images or disagree about a truth.
    """
    for kind in (POSITIVE, NEGATIVE):
        pairs = [
            (classifier_name(pair.first, pair.variant), classifier_name(pair.second, pair.variant))
            for pair in controls
            if pair.kind == kind
        ]
        for comparison in compare(tables, pairs, alpha, metric=metric) if pairs else ():
            yield kind, comparison
