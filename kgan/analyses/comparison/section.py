"""The report's sections on classification, comparisons and controls, and what opens the page."""

from collections.abc import Iterator, Mapping

from kgan.analyses.comparison.classification_section import rate_forests, replicates_table, results_table
from kgan.analyses.comparison.comparisons_section import (
    exploratory_table,
    planned_table,
    sentence,
    summary,
)
from kgan.analyses.comparison.controls.section import (
    controls_fail,
    controls_section,
    controls_summary,
    read_controls,
)
from kgan.analyses.comparison.overview.matrix import matrices
from kgan.analyses.comparison.overview.opening import best_sentences, forests
from kgan.analyses.comparison.results import ComparedPair, Result, read_pairs, read_results
from kgan.analyses.comparison.settings import ComparisonSettings
from kgan.analyses.comparison.tables import REPEATS
from kgan.pipeline.records.run_folder import Steps
from kgan.report.elements import Forest
from kgan.report.html import Section


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the sections on classification, comparisons and controls; none where nothing was compared."""
    step = run.first_of(ComparisonSettings)
    results = read_results(step.folder, labels) if step else ()
    if step is None or not results:
        return
    pairs = read_pairs(step.folder, labels)
    if pairs:
        yield _comparisons(results, pairs, step.settings)
    replicates = REPEATS.read(step.folder)
    tables = [results_table(results), *([replicates_table(replicates, labels)] if replicates else [])]
    yield Section("classification", "Classification", tables=tables, figures=rate_forests(results))
    if controls := read_controls(step.folder, labels):
        yield controls_section(controls, step.settings.alpha)


def answers(run: Steps, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield which setup is best and how certain that is, claiming no more than the tests do.

    Controls that fail come first, since the rest means little then.
    """
    step = run.first_of(ComparisonSettings)
    if step is not None:
        controls = read_controls(step.folder, labels)
        results, pairs = read_results(step.folder, labels), read_pairs(step.folder, labels)
        parts = [
            (
                *best_sentences(results, pairs, step.settings.metric, step.settings.alpha),
                *summary(results, pairs, step.settings.alpha),
            ),
            tuple(controls_summary(controls)),
        ]
        for sentences in reversed(parts) if controls_fail(controls) else parts:
            yield from sentences


def opening(run: Steps, labels: Mapping[str, str]) -> list[Forest]:
    """Return the figure of the first screen: all setups against the baseline."""
    step = run.first_of(ComparisonSettings)
    if step is None:
        return []
    results, pairs = read_results(step.folder, labels), read_pairs(step.folder, labels)
    controls = read_controls(step.folder, labels)
    return forests(results, pairs, step.settings.metric, step.settings.alpha, controls)


def _comparisons(
    results: tuple[Result, ...], pairs: tuple[ComparedPair, ...], settings: ComparisonSettings
) -> Section:
    planned = planned_table(pairs, settings.alpha)
    sentences = [text for pair in pairs if (text := sentence(pair))]
    return Section(
        "comparisons",
        "Which setup is better",
        figures=matrices(results, pairs, settings.metric),
        tables=[*([planned] if planned else []), exploratory_table(pairs, settings.alpha)],
        folded=[("The planned comparisons in sentences", sentences)] if sentences else [],
    )
