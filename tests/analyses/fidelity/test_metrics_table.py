import csv

from kgan.analyses.fidelity.metrics.all_metrics import FidelityMetric
from kgan.analyses.fidelity.metrics_table import COLUMNS, rows, write


def test_a_row_for_each_measure(tmp_path):
    found = [
        FidelityMetric("kid", 0.5, 0.25, 1 / 3, 0.1, 0.6, 0.5),
        FidelityMetric("fid", None, note="refused"),
    ]
    write(tmp_path / "a.csv", rows(found, {"pool": "x", "features": "pixels", "neighbours": 5}))
    with (tmp_path / "a.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert tuple(table[0]) == COLUMNS
    assert (table[0]["value"], table[0]["high"], table[0]["matched"]) == ("0.5", "0.333333", "0.6")
    assert (table[0]["baseline"], table[0]["difference"], table[0]["difference_low"]) == ("0.1", "0.5", "")
    assert (table[1]["value"], table[1]["note"], table[1]["neighbours"]) == ("", "refused", "5")
