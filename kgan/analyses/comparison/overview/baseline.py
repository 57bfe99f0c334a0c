"""Which setup the others are measured against, and each classifier beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kgan.analyses.comparison.results import ComparedPair, Result
from kgan.analyses.comparison.tables import Difference


@dataclass(frozen=True)
class AgainstBaseline:
    """A classifier beside the baseline of its variant.

    Args:
        result: the classifier.
        baseline: the classifier of the baseline's setup in the same variant.
        gain: change from the baseline in the primary metric; ``None`` where one of them has no value.
        difference: the test of that change; ``None`` where the two were not compared.
        control: whether the classifier's setup is a control.
    """

    result: Result
    baseline: Result
    gain: float | None
    difference: Difference | None
    control: bool

    @property
    def is_baseline(self) -> bool:
        """Whether it is the baseline itself."""
        return self.result == self.baseline


def is_control(result: Result) -> bool:
    """Tell whether a setup is a control, of which the right answer is known."""
    return bool(result.row.control)


def baseline_setup(results: Sequence[Result], pairs: Sequence[ComparedPair]) -> str:
    """Return the setup that most planned comparisons refer to; without any, the first that is no control."""
    planned = Counter(pair.first.row.setup for pair in pairs if pair.planned and not is_control(pair.second))
    if planned:
        return planned.most_common(1)[0][0]
    return next((result.row.setup for result in results if not is_control(result)), results[0].row.setup)


def against_baseline(
    results: Sequence[Result], pairs: Sequence[ComparedPair], metric: str
) -> list[AgainstBaseline]:
    """Return each classifier beside the baseline of its variant, in the order of the results.

    Args:
        results: the classifiers.
        pairs: that were compared.
        metric: the primary one.
    """
    if not results:
        return []
    setup = baseline_setup(results, pairs)
    baselines = {result.row.variant: result for result in results if result.row.setup == setup}
    tested = {(pair.first.row.name, pair.second.row.name): pair for pair in pairs}
    rows = []
    for result in results:
        baseline = baselines.get(result.row.variant)
        if baseline is not None:
            pair = tested.get((baseline.row.name, result.row.name))
            mirrored = tested.get((result.row.name, baseline.row.name))
            difference = _of(pair, metric)
            if difference is None and (other := _of(mirrored, metric)) is not None:
                difference = other.turned()
            value, before = result.row.value(metric), baseline.row.value(metric)
            gain = difference.gain if difference else None
            if gain is None and value is not None and before is not None:
                gain = value - before
            rows.append(AgainstBaseline(result, baseline, gain, difference, is_control(result)))
    return rows


def _of(pair: ComparedPair | None, metric: str) -> Difference | None:
    if pair is None:
        return None
    return next((difference for difference in pair.differences if difference.metric == metric), None)
