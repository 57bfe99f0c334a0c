import pytest

from kgan.data.cohort.exclusions import Exclusions, read_exclusions
from kgan.errors import DataError

PATIENTS = ("anna", "bert", "HGG/anna")
INDICES = range(30, 40)


def read(path, text):
    path.write_text(text, encoding="utf-8")
    return read_exclusions(path, PATIENTS, INDICES)


def test_whole_patients_and_single_slices(tmp_path):
    text = '\ufeffpatient,slice,reason\nanna,,"moved, much"\nbert,31,\nbert, 32 ,fold\nHGG/anna,39,x\n'
    assert read(tmp_path / "exclude.csv", text) == Exclusions(
        {"anna": "moved, much"},
        {("bert", 31): "", ("bert", 32): "fold", ("HGG/anna", 39): "x"},
    )


def test_reason_may_be_left_out_and_columns_come_in_any_order(tmp_path):
    assert read(tmp_path / "a.csv", "slice,patient\n33,bert\n,anna\n") == Exclusions(
        {"anna": ""}, {("bert", 33): ""}
    )
    assert read(tmp_path / "a.csv", "patient,slice\nbert,\n") == Exclusions({"bert": ""}, {})
    assert read(tmp_path / "a.csv", "patient,slice,reason\n") == Exclusions({}, {})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: the file is empty; expected an exclusion table with the header patient,slice,reason"),
        ("patient;slice;reason\n", "line 1: no column patient"),
        ("patient,slice\nanna,30\nbart,30\n", "line 3: unknown patient 'bart'; did you mean 'bert'?"),
        (
            "patient,slice,reason\nAnna,,\n",
            "line 2: patient 'Anna' is 'anna' in the cohort; expected its name as it is there, with the same",
        ),
        ("patient,slice,reason\nbert\u200b,31,\n", "expected a name of visible characters"),
        ("patient,slice,reason\nxyz,,\n", "line 2: unknown patient 'xyz'; no patient has this name"),
        ("patient,slice,reason\n,3,\n", "line 2: patient is '', expected a name"),
        ("patient,slice,reason\nanna,29,\n", "line 2: unknown slice 29; the requested slices are 30 to 39"),
        ("patient,slice,reason\nanna,3x,\n", "line 2: slice is '3x', expected a whole number or nothing"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path, text, says):
    with pytest.raises(DataError) as caught:
        read(tmp_path / "exclude.csv", text)
    assert says in str(caught.value)
    assert "exclude.csv" in str(caught.value)


def test_no_such_table(tmp_path):
    with pytest.raises(DataError, match="no exclusion table"):
        read_exclusions(tmp_path / "a.csv", PATIENTS, INDICES)
    (tmp_path / "b.csv").write_bytes(b"patient,slice\n\xff\xfe,\n")
    with pytest.raises(DataError, match="line 2: expected UTF-8 text, received byte 0xff"):
        read_exclusions(tmp_path / "b.csv", PATIENTS, INDICES)


def test_leaving_out_one_of_two_who_look_alike_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("patient,slice,reason\np01,,consent withdrawn\n")
    with pytest.raises(
        DataError, match="'p01' is left out and 'P1', who looks like the same patient, is not"
    ):
        read_exclusions(path, ("P1", "p01", "p2"), INDICES)
    path.write_text("patient,slice,reason\np01,,consent withdrawn\nP1,,same\n")
    assert set(read_exclusions(path, ("P1", "p01", "p2"), INDICES).patients) == {"P1", "p01"}
