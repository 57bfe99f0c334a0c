"""Step: draw the figures of a run and write the page that a supervisor reads."""

from collections.abc import Iterator
from typing import Any

from kgan.analyses.report.contents import Contents
from kgan.analyses.report.model_names import display_names
from kgan.analyses.report.page import write_report
from kgan.analyses.report.resolved_recipe import ResolvedRecipe
from kgan.analyses.report.sections.missing_analyses import Missing
from kgan.analyses.report.sections.protocol_comparison import protocol_rows
from kgan.analyses.report.sections.run_costs import step_costs
from kgan.analyses.report.settings import ReportSettings
from kgan.analyses.report.tables import COSTS, DEVIATIONS, PROTOCOL, DeviationRow
from kgan.files.atomic import write_text
from kgan.pipeline.context import StepContext
from kgan.pipeline.optional import LEFT_OUT
from kgan.pipeline.records import manifest
from kgan.pipeline.records.run_folder import Steps, read_steps
from kgan.steps.checks.deviations import Deviation, collect_deviations

_PAGE = "report.html"


def run(context: StepContext[ReportSettings]) -> dict[str, Any]:
    """Write ``report.html``, ``figures/*.png`` and what they show as CSV, and the tables of `tables`.

    Returns:
        dict: how many steps and figures are shown, and the files to publish.

    Raises:
        DataError: an image store cannot be read.
    """
    settings, every = context.settings, _steps(context)
    steps = Steps(step for step in every if LEFT_OUT not in step.facts)
    labels: dict[str, str] = {}
    for recipe in (settings.paper, settings.recipe):
        labels |= display_names(ResolvedRecipe.model_validate(recipe or {}))
    deviations = collect_deviations(settings.deviations, [step.settings for step in steps])
    contents = Contents(
        settings=settings,
        run=steps,
        out=context.out,
        labels=labels,
        deviations=[deviation.sentence for deviation in deviations],
        missing=list(_missing(context, every)),
        tables=_tables(deviations, settings),
    )
    _write_tables(contents, deviations)
    write_text(context.out / _PAGE, write_report(contents))
    files = contents.files()
    figures = sum(path.endswith(".png") for path in files)
    return {"steps": len(steps), "figures": figures, "publish": {_PAGE: _PAGE, **files}}


def _tables(deviations: tuple[Deviation, ...], settings: ReportSettings) -> dict[str, str]:
    tables = [COSTS] + [PROTOCOL] * (settings.paper is not None) + [DEVIATIONS] * bool(deviations)
    return {f"results/{table.file}": table.file for table in tables}


def _write_tables(contents: Contents, deviations: tuple[Deviation, ...]) -> None:
    COSTS.write(contents.out, step_costs(contents.run))
    if contents.paper is not None:
        rows = protocol_rows(contents.recipe, contents.paper, contents.run, contents.labels)
        PROTOCOL.write(contents.out, rows)
    if deviations:
        DEVIATIONS.write(
            contents.out,
            (DeviationRow(where=each.where, key=each.key, deviation=each.text) for each in deviations),
        )


def _steps(context: StepContext[ReportSettings]) -> Steps:
    """Return the finished steps in the order of the plan."""
    order = [name for name in context.settings.steps if name in context.inputs]
    inputs = {name: context.inputs[name] for name in [*order, *context.inputs]}
    manifests = {name: manifest.read(folder) or {} for name, folder in inputs.items()}
    return read_steps(
        inputs, {name: values for name, values in manifests.items() if values.get("step") == name}
    )


def _missing(context: StepContext[ReportSettings], steps: Steps) -> Iterator[Missing]:
    """Yield the analyses that were left out, and those that failed, each with its reason."""
    names = context.settings.steps
    for step in steps:
        if step.settings.role == "analysis" and LEFT_OUT in step.facts:
            yield Missing(step.name, names.get(step.name, step.name), str(step.facts[LEFT_OUT]))
    for name, reason in context.missing.items():
        yield Missing(name, names.get(name, name), reason)
