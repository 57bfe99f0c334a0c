"""The report's sections on classification, comparisons and controls, and the answer that opens the page."""

from collections.abc import Iterator, Mapping

from kgan.analyses.comparison.classification_section import replicates_table, results_table
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
from kgan.analyses.comparison.results import ComparedPair, read_pairs, read_results
from kgan.analyses.comparison.settings import ComparisonSettings
from kgan.analyses.comparison.tables import FOREST_PLOT, REPEATS
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.report.html import Figure, Section


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the sections on classification, comparisons and controls; none where nothing was compared."""
    step = run.first_of(ComparisonSettings)
    results = read_results(step.folder) if step else ()
    if step is None or not results:
        return
    replicates = REPEATS.read(step.folder)
    tables = [results_table(results), *([replicates_table(replicates)] if replicates else [])]
    yield Section("classification", "Classification", tables=tables, figures=_figures(step))
    pairs = read_pairs(step.folder)
    if pairs:
        yield _comparisons(pairs, step.settings.alpha)
    if controls := read_controls(step.folder):
        yield controls_section(controls, step.settings.alpha)


def answers(run: Steps, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield a few sentences on whether the setups differ, which claim no more than the tests do.

    Controls that fail come first, since the rest means little then.
    """
    step = run.first_of(ComparisonSettings)
    if step is not None:
        controls = read_controls(step.folder)
        parts = [
            summary(read_results(step.folder), read_pairs(step.folder), step.settings.alpha),
            tuple(controls_summary(controls)),
        ]
        for sentences in reversed(parts) if controls_fail(controls) else parts:
            yield from sentences


def _comparisons(pairs: tuple[ComparedPair, ...], alpha: float) -> Section:
    planned = planned_table(pairs, alpha)
    return Section(
        "comparisons",
        "Which setup is better",
        tables=[*([planned] if planned else []), exploratory_table(pairs, alpha)],
        items=[text for pair in pairs if (text := sentence(pair))],
    )


def _figures(step: FinishedStep[ComparisonSettings]) -> list[Figure]:
    path = step.folder / FOREST_PLOT
    if not path.is_file():
        return []
    published = any(cell.published for cell in step.settings.cells)
    caption = "Each setup’s rates with their 95 % intervals, patients as units"
    caption += "; upright strokes are published values." if published else "."
    return [Figure(path, "Accuracy, sensitivity and specificity of each setup", caption)]
