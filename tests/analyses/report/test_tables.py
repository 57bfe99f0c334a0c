import pytest

from kgan.analyses.report.tables import COSTS, DEVIATIONS, PROTOCOL, DeviationRow, ProtocolRow, StepCost


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (COSTS, StepCost(step="a", seconds=12.5, images_per_second=None, peak_memory_mb=1500)),
        (PROTOCOL, ProtocolRow(parameter="Patients", this_run="2 / 1", paper="154, 44")),
        (DEVIATIONS, DeviationRow(where="recipe", key="1", deviation="By hand.")),
    ],
    ids=["costs", "protocol", "deviations"],
)
def test_what_is_written_is_read(tmp_path, table, row):
    table.write(tmp_path, [row])
    assert table.read(tmp_path) == [row]
