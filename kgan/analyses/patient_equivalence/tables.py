"""What the patient equivalence leaves for the report: a table of both learning curves, and facts."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from kgan.analyses.patient_equivalence.quantity import CensoredCount
from kgan.files.columns import Count, Maybe, Real, Row, Share, Text, YesNo
from kgan.files.tables import Table

FIGURE = "equivalent.png"


def _censored(value: object) -> object:
    if not isinstance(value, str):
        return value
    count = CensoredCount.read(value)
    if count is None:
        raise ValueError("a number of patients such as 6, >14 or <-7")
    return count


Censored = Annotated[
    CensoredCount, BeforeValidator(_censored), PlainSerializer(lambda count: count.written, return_type=str)
]


class CurvePoint(Row):
    """A number of real patients, without or with the pool; the estimate stands in the latter's row.

    Args:
        patients: real ones.
        with_pool: whether the pool is among the training images.
        accuracy: mean over the runs.
        low: lower limit of its 95 % interval, test patients as units.
        high: upper limit.
        auroc: mean over the runs.
        auroc_low: lower limit.
        auroc_high: upper limit.
        equivalent: patients to which the pool is equivalent.
        equivalent_low: lower limit.
        equivalent_high: upper limit.
        runs: of the classifier.
        note: on the estimate.
    """

    patients: Count
    with_pool: YesNo
    accuracy: Maybe[Share]
    low: Maybe[Real]
    high: Maybe[Real]
    auroc: Maybe[Share]
    auroc_low: Maybe[Real]
    auroc_high: Maybe[Real]
    equivalent: Maybe[Censored]
    equivalent_low: Maybe[Censored]
    equivalent_high: Maybe[Censored]
    runs: Count
    note: Text


CURVES = Table("equivalent.csv", CurvePoint)


class EquivalenceFacts(BaseModel):
    """What the step's manifest says of the estimate.

    Args:
        headlines: the estimates at the fewest and at the most real patients, in words.
        rises: whether more patients gain anything without the pool.
        test_images: number of them.
        test_patients: units of the intervals.
        runs: the fewest of any classifier on one split.
        not_covered: what the intervals leave out, in words.
        limits: numbers of patients that are left out, in words.
    """

    model_config = ConfigDict(frozen=True)

    headlines: tuple[str, ...]
    rises: bool
    test_images: int
    test_patients: int
    runs: int
    not_covered: str
    limits: tuple[str, ...] = ()
