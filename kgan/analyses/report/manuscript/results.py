"""The results of a run in one paragraph, each number as the tables have it."""

from collections.abc import Iterator

from kgan.analyses.comparison.comparisons_section import sentence
from kgan.analyses.comparison.controls.section import controls_summary, read_controls
from kgan.analyses.comparison.overview.opening import best_sentences
from kgan.analyses.fidelity.metrics.all_metrics import METRICS
from kgan.analyses.fidelity.settings import FidelitySettings
from kgan.analyses.fidelity.tables import DISTANCES
from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.analyses.memorization.tables import POOLS
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.report.formatting import percent, title


def results(manuscript: Manuscript) -> str:
    """Return the paragraph."""
    return " ".join([*_classification(manuscript), *_fidelity(manuscript), *_memorization(manuscript)])


def _classification(manuscript: Manuscript) -> Iterator[str]:
    if manuscript.comparison is None:
        return
    settings = manuscript.comparison.settings
    yield from best_sentences(manuscript.results, manuscript.pairs, settings.metric, settings.alpha)
    yield from (text for pair in manuscript.pairs if (text := sentence(pair)))
    controls = read_controls(manuscript.comparison.folder, manuscript.labels)
    yield from (*controls_summary(controls), *(sentence(control.pair) for control in controls))
    for result in manuscript.results:
        row = result.row
        rates = [
            f"{metric} {percent(row.value(metric))} %{_limits(*row.limits(metric))}"
            for metric in ("accuracy", "sensitivity", "specificity")
            if row.value(metric) is not None
        ]
        if row.auroc is not None:
            low, high = row.limits("auroc")
            limits = "" if low is None or high is None else f" [{low:.3f}, {high:.3f}]"
            rates.append(f"AUROC {row.auroc:.3f}{limits}")
        if rates:
            yield f"“{result.shown}”: {', '.join(rates)}."


def _fidelity(manuscript: Manuscript) -> Iterator[str]:
    step = manuscript.steps.first_of(FidelitySettings)
    titles = {metric.name: metric.title for metric in METRICS}
    for row in DISTANCES.read(step.folder) if step else []:
        if row.value is not None:
            name = manuscript.labels.get(row.pool, row.pool)
            limits = "" if row.low is None or row.high is None else f" [{row.low:.3g}, {row.high:.3g}]"
            baseline = "" if row.baseline is None else f" (real vs real {row.baseline:.3g})"
            yield f"{titles.get(row.measure, row.measure)} of {name}: {row.value:.3g}{limits}{baseline}."


def _memorization(manuscript: Manuscript) -> Iterator[str]:
    step = manuscript.steps.first_of(MemorizationSettings)
    for row in POOLS.read(step.folder) if step else []:
        if row.auc is not None:
            name = manuscript.labels.get(row.pool, row.pool)
            kind = f", {title(row.class_name)}" if row.class_name else ""
            value = f"{percent(row.auc)} %{_limits(row.low, row.high)}"
            yield f"Membership AUC of {name}{kind}, by {row.features}: {value} (chance 50 %)."


def _limits(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" [{percent(low)}, {percent(high)}]"
