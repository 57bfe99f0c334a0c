import pytest
from fabricated.comparison_rows import differences

from kgan.analyses.comparison.controls.tables import CONTROLS, ControlDifference, control_result


@pytest.mark.parametrize(
    ("control", "conclusion", "expected"),
    [
        ("positive", "better", "found"),
        ("positive", "inconclusive", "not found"),
        ("positive", "worse", "not found"),
        ("negative", "better", "false alarm"),
        ("negative", "inconclusive", "nothing found"),
        ("negative", "worse", "nothing found"),
    ],
)
def test_results(control, conclusion, expected):
    assert control_result(control, conclusion) == expected


@pytest.mark.parametrize("control", ["positive", "negative"])
def test_too_few_patients_have_no_result(control):
    assert control_result(control, "inconclusive", testable=False) == "not testable"


def test_there_is_no_other_kind_of_control():
    with pytest.raises(ValueError, match="positive or negative, received ''"):
        control_result("", "better")


def test_the_table_is_read_as_it_was_written(tmp_path):
    rows = [
        ControlDifference(**row.model_dump(), control="positive", result="found") for row in differences()
    ]
    CONTROLS.write(tmp_path, rows)
    assert list(CONTROLS.read(tmp_path)) == rows
