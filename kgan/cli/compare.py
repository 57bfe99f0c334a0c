"""``kgan compare``: two prediction tables, kgan's or anybody's, tested against each other."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgan.errors import DataError

if TYPE_CHECKING:
    from kgan.evaluation.classification import Classification
    from kgan.evaluation.significance import Comparison

_COLUMNS = ("", "first", "second", "second less first", "p by patients", "p McNemar", "verdict")


@click.command(
    epilog="""\b
Examples:
  kgan compare mine.csv theirs.csv
  kgan compare runs/two_step-demo/steps/classify-1-real-scratch/*/predictions.csv theirs.csv --alpha 0.01
"""
)
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--alpha", default=0.05, show_default=True, help="Threshold of significance.")
@click.option("--seed", default=0, show_default=True, help="Of the resampling of patients.")
def command(first: Path, second: Path, alpha: float, seed: int) -> None:
    """Test the classifier behind the table SECOND against that behind FIRST, on the same test images.

    Each table is a CSV file with the columns patient, slice, truth (0 or 1) and score (0 to 1, positive from
    0.5 on); other columns are left alone. The verdict takes patients as units. McNemar's test, which takes
    slices of one patient for independent, stands beside it. Brackets hold 95 % intervals of the rates, by
    patients, and the interval of the difference at the threshold.
    """
    from kgan.cli.tables import show
    from kgan.evaluation.classification import classification
    from kgan.evaluation.predictions import read_predictions
    from kgan.evaluation.significance import compare

    if not 0 < alpha < 1:
        raise DataError(f"--alpha {alpha:g}: expected a number between 0 and 1, such as 0.05")
    names = (str(first), str(second) if second != first else f"{second} (again)")
    tables = dict(zip(names, (read_predictions(first), read_predictions(second)), strict=True))
    comparisons = compare(tables, [names], alpha, seed)
    rates = [classification(table, seed=seed) for table in tables.values()]
    click.echo(f"first:  {first}\nsecond: {second}")
    show(_COLUMNS, [_row(one, rates) for one in comparisons])
    table = tables[names[0]]
    patients = len(set(table.patients.tolist()))
    click.echo(f"{len(table)} images of {patients} patient{'s' if patients != 1 else ''}")
    for one in comparisons:
        click.echo(_sentence(one))


def _row(one: "Comparison", rates: "list[Classification]") -> tuple[str, ...]:
    test = one.by_patient
    return (
        one.metric,
        *(_rate(of, one.metric) for of in rates),
        _limits(test.gain, test.interval.low, test.interval.high, "+"),
        f"{test.p:.3g}",
        f"{one.p:.3g}",
        one.verdict,
    )


def _rate(of: "Classification", metric: str) -> str:
    among = of.by_patient[metric]
    return _limits(getattr(of, metric).value, among.low, among.high)


def _limits(value: float | None, low: float | None, high: float | None, sign: str = "") -> str:
    if value is None:
        return "-"
    middle = f"{100 * value:{sign}.1f}"
    return (
        middle if low is None or high is None else f"{middle} [{100 * low:{sign}.1f}, {100 * high:{sign}.1f}]"
    )


def _sentence(one: "Comparison") -> str:
    from kgan.evaluation.significance import CANNOT_BE_TOLD

    test = one.by_patient
    if test.note:
        return f"{one.metric}: cannot be told: {test.note}"
    if one.verdict != CANNOT_BE_TOLD:
        return f"{one.metric}: the second {one.verdict}"
    said = f"{one.metric}: cannot be told with {test.interval.patients} patients"
    if test.detectable is None:
        return said
    return f"{said}; a difference of {100 * test.detectable:.1f} points would be found four times of five"
