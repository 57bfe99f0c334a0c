"""``kgan compare``: two prediction tables, kgan's or anybody's, tested against each other."""

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
    "second less first",
    "p by patients",
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
@click.option("--alpha", default=0.05, show_default=True, help="Threshold of significance.")
@click.option(
    "--metric",
    default="accuracy",
    show_default=True,
    type=click.Choice(["accuracy", "sensitivity", "specificity", "auroc"]),
    help="The primary metric: the verdict is in this one.",
)
@click.option("--seed", default=0, show_default=True, help="Of random sign flips and simulations.")
def command(first: Path, second: Path, alpha: float, metric: str, seed: int) -> None:
    """Test the classifier behind the table SECOND against that behind FIRST, on the same test images.

    Each table is a CSV file with the columns patient, slice, truth (0 or 1) and score (0 to 1, positive from
    0.5 on); other columns are left alone. The verdict is in the primary metric, with patients as units; the
    other metrics are exploratory and have none. McNemar's test, which takes slices of one patient for
    independent, stands beside it with its counts: images that only the first, and only the second, judged
    rightly. Brackets hold 95 % intervals, by patients, and that of the difference at the threshold. Tables do
    not say which patients are scans of one person: each name counts as a patient.
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
    show(_COLUMNS, [_row(one, measured) for one in comparisons])
    table = tables[names[0]]
    patients = len(set(table.patients.tolist()))
    click.echo(f"{len(table)} images of {patients} patient{'s' if patients != 1 else ''}")
    click.echo(_verdict(next(one for one in comparisons if one.planned)))
    others = [one for one in comparisons if not one.planned]
    click.echo(f"exploratory, without a verdict: {', '.join(one.metric for one in others)}")
    for one in others:
        if one.note:
            click.echo(f"{one.metric}: {one.note}")


def _row(one: "Comparison", measured: "list[Classification]") -> tuple[str, ...]:
    test = one.by_patient
    counts = "" if one.p is None else f"{one.first_only_right} : {one.second_only_right}"
    return (
        f"{one.metric} (primary)" if one.planned else one.metric,
        *(_value(of, one.metric) for of in measured),
        _limits(test.gain, test.interval.low, test.interval.high, _UNITS[one.metric], "+"),
        f"{test.p:.3g}",
        counts,
        "" if one.p is None else f"{one.p:.3g}",
    )


#: What a metric is multiplied by, and its decimals.
_UNITS = {"accuracy": (100, 1), "sensitivity": (100, 1), "specificity": (100, 1), "auroc": (1, 3)}


def _value(of: "Classification", metric: str) -> str:
    among = of.by_patient[metric]
    value = of.auroc if metric == "auroc" else getattr(of, metric).value
    return _limits(value, among.low, among.high, _UNITS[metric])


def _limits(
    value: float | None, low: float | None, high: float | None, unit: tuple[int, int], sign: str = ""
) -> str:
    if value is None:
        return "-"
    middle, *ends = (
        f"{unit[0] * number:{sign}.{unit[1]}f}" for number in (value, low, high) if number is not None
    )
    return f"{middle} [{', '.join(ends)}]" if ends else middle


def _verdict(one: "Comparison") -> str:
    from kgan.analyses.comparison.tables import INCONCLUSIVE

    start = f"{one.metric} (primary): "
    if one.verdict != INCONCLUSIVE:
        said = f"{start}the second is {one.verdict} (p = {one.by_patient.p:.2g})"
    else:
        patients = one.by_patient.interval.patients
        said = f"{start}inconclusive with {patients} patient{'s' if patients != 1 else ''}"
    if one.note:
        return f"{said}: {one.note}"
    if one.verdict != INCONCLUSIVE or one.detectable is None:
        return said
    factor, decimals = _UNITS[one.metric]
    size = f"{factor * one.detectable:.{decimals}f}{' points' if factor == 100 else ''}"
    return f"{said}; a difference of {size} would be found four times of five"
