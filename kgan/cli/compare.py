"""``kgan compare``: significance tests of two prediction tables, from kgan or from elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgan.errors import DataError

if TYPE_CHECKING:
    from kgan.analyses.comparison.significance_tests import Comparison
    from kgan.stats.classification import Classification

_COLUMNS = (
    "",
    "first",
    "second",
    "second - first",
    "p patient-level",
    "only first : only second",
    "p McNemar",
)


@click.command(
    epilog="""\b
Examples:
  kgan compare mine.csv theirs.csv
  kgan compare mine.csv theirs.csv --metric auroc
  kgan compare runs/two_step-demo/steps/classify-1-real-scratch/*/predictions.csv theirs.csv --alpha 0.01
"""
)
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--alpha", default=0.05, show_default=True, help="Significance level.")
@click.option(
    "--metric",
    default="accuracy",
    show_default=True,
    type=click.Choice(["accuracy", "sensitivity", "specificity", "auroc"]),
    help="Primary metric, the one with a conclusion.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of random sign flips and simulations.")
def command(first: Path, second: Path, alpha: float, metric: str, seed: int) -> None:
    """Compare the classifier of the table SECOND with that of FIRST, on the same test images.

    Each table is a CSV file with the columns patient, slice, truth (0 or 1) and score (0 to 1, positive from
    0.5 on); other columns are ignored. The conclusion is in the primary metric, by a patient-level
    (clustered) test; the other metrics are exploratory. McNemar's test, which assumes independent
    slices, is reported with its counts: images that only the first, and only the second, classified
    correctly. Brackets are patient-level 95 % intervals; that of the difference is at the significance level.
    The tables do not state which patients are scans of one person, so each name counts as one patient.
    """
    from kgan.analyses.comparison.significance_tests import compare
    from kgan.cli.tables import show
    from kgan.stats.classification import classification
    from kgan.stats.predictions import read_predictions

    if not 0 < alpha < 1:
        raise DataError(f"--alpha {alpha:g}: expected a number between 0 and 1, such as 0.05")
    names = (str(first), str(second) if second != first else f"{second} (again)")
    tables = dict(zip(names, (read_predictions(first), read_predictions(second)), strict=True))
    comparisons = compare(tables, [names], alpha, seed, metric=metric)
    measured = [classification(table) for table in tables.values()]
    click.echo(f"first:  {first}\nsecond: {second}")
    show(_COLUMNS, [_row(comparison, measured) for comparison in comparisons])
    table = tables[names[0]]
    patients = len(set(table.patients.tolist()))
    click.echo(f"{len(table)} images of {patients} patient{'s' if patients != 1 else ''}")
    click.echo(_conclusion(next(comparison for comparison in comparisons if comparison.planned)))
    exploratory = [comparison for comparison in comparisons if not comparison.planned]
    click.echo(f"exploratory, without a conclusion: {', '.join(each.metric for each in exploratory)}")
    for comparison in exploratory:
        if comparison.note:
            click.echo(f"{comparison.metric}: {comparison.note}")


def _row(comparison: "Comparison", measured: "list[Classification]") -> tuple[str, ...]:
    test = comparison.by_patient
    has_mcnemar = comparison.p is not None
    counts = f"{comparison.first_only_right} : {comparison.second_only_right}" if has_mcnemar else ""
    return (
        f"{comparison.metric} (primary)" if comparison.planned else comparison.metric,
        *(_value(result, comparison.metric) for result in measured),
        _limits(test.gain, test.interval.low, test.interval.high, _UNITS[comparison.metric], "+"),
        f"{test.p:.3g}",
        counts,
        f"{comparison.p:.3g}" if has_mcnemar else "",
    )


#: Factor and decimals of each metric for display.
_UNITS = {"accuracy": (100, 1), "sensitivity": (100, 1), "specificity": (100, 1), "auroc": (1, 3)}


def _value(result: "Classification", metric: str) -> str:
    interval = result.by_patient[metric]
    value = result.auroc if metric == "auroc" else getattr(result, metric).value
    return _limits(value, interval.low, interval.high, _UNITS[metric])


def _limits(
    value: float | None, low: float | None, high: float | None, unit: tuple[int, int], sign: str = ""
) -> str:
    if value is None:
        return "-"
    middle, *ends = (
        f"{unit[0] * number:{sign}.{unit[1]}f}" for number in (value, low, high) if number is not None
    )
    return f"{middle} [{', '.join(ends)}]" if ends else middle


def _conclusion(comparison: "Comparison") -> str:
    from kgan.analyses.comparison.tables import INCONCLUSIVE

    start = f"{comparison.metric} (primary): "
    if comparison.conclusion != INCONCLUSIVE:
        conclusion = f"{start}the second is {comparison.conclusion} (p = {comparison.by_patient.p:.2g})"
    else:
        patients = comparison.by_patient.interval.patients
        conclusion = f"{start}inconclusive with {patients} patient{'s' if patients != 1 else ''}"
    if comparison.note:
        return f"{conclusion}: {comparison.note}"
    if comparison.conclusion != INCONCLUSIVE or comparison.detectable is None:
        return conclusion
    factor, decimals = _UNITS[comparison.metric]
    size = f"{factor * comparison.detectable:.{decimals}f}{' points' if factor == 100 else ''}"
    return f"{conclusion}; a difference of {size} is detected with 80 % power"
