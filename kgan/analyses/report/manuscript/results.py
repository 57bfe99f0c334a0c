"""The results of a run in one paragraph, each number as the tables have it."""

from collections.abc import Iterator

from kgan.analyses.comparison.comparisons_section import sentence
from kgan.analyses.comparison.controls.section import controls_summary, read_controls
from kgan.analyses.comparison.overview.opening import best_sentences
from kgan.analyses.comparison.tables import AUROC, METRICS
from kgan.analyses.fidelity.metrics import all_metrics
from kgan.analyses.fidelity.settings import FidelitySettings
from kgan.analyses.fidelity.tables import DISTANCES
from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.analyses.memorization.tables import POOLS
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.manuscript.methods import levels_text
from kgan.report.formatting import percent, title

_MATCHED = (
    "Matched values are of as many generated images as real ones are compared with each other (real vs "
    "real); differences are between these two."
)


def results(manuscript: Manuscript) -> str:
    """Return the paragraph."""
    sentences = [*_classification(manuscript), *_fidelity(manuscript), *_memorization(manuscript)]
    if any("[" in text for text in sentences):
        sentences.append(f"Brackets hold intervals ({levels_text(manuscript)}), not adjusted.")
    return " ".join(sentences)


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
            for metric in METRICS
            if row.value(metric) is not None
        ]
        if row.auroc is not None:
            rates.append(f"AUROC {row.auroc:.3f}{_range(*row.limits(AUROC), '.3f')}")
        if rates:
            yield f"“{result.shown}”: {', '.join(rates)}."


def _fidelity(manuscript: Manuscript) -> Iterator[str]:
    step = manuscript.steps.first_of(FidelitySettings)
    metrics = {metric.name: metric for metric in all_metrics.METRICS}
    matched = False
    for row in DISTANCES.read(step.folder) if step else []:
        if row.value is None:
            continue
        metric = metrics[row.measure]
        text = f"{metric.title} of {manuscript.labels.get(row.pool, row.pool)}: {row.value:.3g}"
        text += _range(row.low, row.high)
        if metric.baseline is not None:
            text += f"; {metric.baseline:g} is expected of a perfect generator"
        elif row.matched is not None and row.baseline is not None and row.difference is not None:
            matched = True
            text += f"; matched {row.matched:.3g}, real vs real {row.baseline:.3g}, "
            text += f"difference {row.difference:+.3g}" + _range(row.difference_low, row.difference_high)
        yield f"{text}."
    if matched:
        yield _MATCHED


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


def _range(low: float | None, high: float | None, digits: str = ".3g") -> str:
    return "" if low is None or high is None else f" [{low:{digits}}, {high:{digits}}]"
