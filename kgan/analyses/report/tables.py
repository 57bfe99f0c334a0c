"""Tables beside the report: what the page shows of costs, of the published protocol and of deviations."""

from kgan.files.columns import Maybe, Real, Row, Text
from kgan.files.tables import Table


class StepCost(Row):
    """Time, speed and peak memory of one step; the speed is empty where no images are made or shown."""

    step: Text
    seconds: Real
    images_per_second: Maybe[Real]
    peak_memory_mb: Real


class ProtocolRow(Row):
    """A parameter that limits the quality of a run, in this run and in the paper."""

    parameter: Text
    this_run: Text
    paper: Text


class DeviationRow(Row):
    """One departure from the paper: what makes it, its key and its sentence."""

    where: Text
    key: Text
    deviation: Text


COSTS = Table("cost.csv", StepCost)
PROTOCOL = Table("scale.csv", ProtocolRow)
DEVIATIONS = Table("deviations.csv", DeviationRow)
