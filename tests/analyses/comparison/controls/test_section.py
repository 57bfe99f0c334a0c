import pytest
from fabricated.comparison_rows import difference, performance

from kgan.analyses.comparison.controls.section import (
    controls_fail,
    controls_section,
    controls_summary,
    read_controls,
)
from kgan.analyses.comparison.controls.tables import (
    CONTROLS,
    NOT_TESTABLE,
    ControlDifference,
    control_result,
)
from kgan.analyses.comparison.tables import CLASSIFICATION

BASE = performance("real")


def row(name, kind, conclusion, metric="accuracy"):
    values = difference(
        metric, first=BASE.name, second=f"{name} (scratch)", planned=True, conclusion=conclusion
    ).model_dump()
    values |= {
        "gain": 0.1,
        "gain_low": 0.02,
        "gain_high": 0.18,
        "p_patients": 0.001,
        "p_patients_holm": 0.003,
    }
    return ControlDifference(**values, control=kind, result=control_result(kind, conclusion))


@pytest.fixture
def controls(tmp_path):
    """Return ``controls(further=..., noise=...)``: what a comparison of these conclusions leaves."""

    def controls(**conclusions):
        kinds = {"further": "positive", "further2": "positive", "noise": "negative", "permuted": "negative"}
        setups = [
            BASE,
            *(performance(name, like="+pggan", control=kind) for name, kind in kinds.items()),
        ]
        CLASSIFICATION.write(tmp_path, setups)
        rows = [row(name, kinds[name], conclusion) for name, conclusion in conclusions.items()]
        others = [rows[0].model_copy(update={"metric": "auroc", "result": ""})]
        CONTROLS.write(tmp_path, [*rows, *others])
        return read_controls(tmp_path)

    return controls


def test_an_effect_is_found_and_no_gain_where_none_is_expected(controls):
    read = controls(further="better", noise="inconclusive", permuted="worse")
    first, nothing = controls_summary(read)
    assert first == (
        "The positive control is found: “further” (against “real”) is better, as expected of further real "
        "patients."
    )
    start = "No gain is found where none is expected: “noise” (against “real”) and “permuted”"
    assert nothing.startswith(start)
    section = controls_section(read, 0.05)
    assert section.anchor == "controls" and len(section.items) == 3
    assert section.items[0].startswith("Found. “further” against “real”: accuracy 80.0")
    assert section.items[1].startswith("No gain, as expected. “noise”")
    (table,) = section.tables
    assert [line[4].text for line in table.rows] == ["found", "nothing found", "nothing found"]
    assert [line[4].below for line in table.rows] == ["", "", "it makes the classifier worse"]
    assert [line[1].text for line in table.rows] == ["better", "not better", "not better"]
    assert not any(line[4].strong for line in table.rows)


@pytest.mark.parametrize("conclusion", ["inconclusive", "worse"])
def test_a_missed_positive_control_makes_inconclusive_results_say_nothing(controls, conclusion):
    read = controls(further=conclusion, noise="inconclusive")
    (text,) = controls_summary(read)
    assert "inconclusive results of this report say nothing; those that are not inconclusive stand" in text
    section = controls_section(read, 0.05)
    assert section.items[0].startswith("Missed. “further”")
    assert section.tables[0].rows[0][4].strong and text in section.paragraphs


def test_of_several_positive_controls_one_may_be_found(controls):
    (text,) = controls_summary(controls(further="better", further2="inconclusive"))
    assert "“further2”" in text and "“further”" not in text and "of this report" not in text


def test_a_false_alarm_is_stated(controls):
    read = controls(further="better", noise="better", permuted="inconclusive")
    _, text = controls_summary(read)
    assert text.startswith("A negative control fails: “noise” (against “real”) is better by the test")
    assert controls_section(read, 0.05).items[1].startswith("A gain where none is expected. “noise”")


def test_negative_controls_alone_show_too_little(controls):
    first, _ = controls_summary(controls(noise="inconclusive"))
    assert first.startswith("There is no positive control")


def test_without_controls_there_is_nothing(tmp_path):
    assert read_controls(tmp_path) == () and not list(controls_summary(()))


def test_a_difference_in_auroc_has_no_points(controls, tmp_path):
    controls(further="better")
    CONTROLS.write(tmp_path, [row("further", "positive", "better", "auroc")])
    (table,) = controls_section(read_controls(tmp_path), 0.05).tables
    assert table.columns[2] == "Change in AUROC"
    assert table.rows[0][2].text == "+0.100" and table.rows[0][2].below == "[+0.020, +0.180]"


def test_one_of_several_positive_controls_may_be_missed_without_an_alarm(controls):
    read = controls(further="better", further2="inconclusive")
    assert not controls_fail(read)
    assert controls_fail(controls(further="inconclusive"))
    assert controls_fail(controls(further="better", noise="better"))


def test_what_could_not_be_tested_has_neither_passed_nor_failed(tmp_path, controls):
    controls(further="better")
    rows = [row("further", "positive", "inconclusive"), row("noise", "negative", "inconclusive")]
    CONTROLS.write(tmp_path, [each.model_copy(update={"result": NOT_TESTABLE}) for each in rows])
    read = read_controls(tmp_path)
    text = " ".join(controls_summary(read))
    assert not controls_fail(read)
    assert "Too few patients are tested to say anything of “further” (against “real”) and “noise”" in text
    assert "as negative controls must be" not in text and "is found" not in text
