import numpy as np
import pytest

from kgan.errors import DataError
from kgan.stats.predictions import Predictions, read_predictions, write_predictions

HEAD = "patient,slice,truth,score\n"


def test_what_is_written_is_read_to_the_last_bit(tmp_path):
    patients = np.array(["a", "b, with comma", 'c "quoted"'])
    scores = np.array([0.1, 1 / 3, np.float32(0.7)], np.float64)
    table = Predictions(patients, np.array([3, 0, 12]), np.array([1, 0, 1]), scores)
    write_predictions(tmp_path / "p.csv", table)
    back = read_predictions(tmp_path / "p.csv")
    for name in ("patients", "slices", "truth", "scores"):
        assert np.array_equal(getattr(back, name), getattr(table, name))


def test_columns_may_stand_in_any_order_beside_others(tmp_path):
    (tmp_path / "p.csv").write_text("score,reader,truth,slice,patient\n0.5,x,0,7,a\n", encoding="utf-8")
    table = read_predictions(tmp_path / "p.csv")
    assert (table.patients[0], table.slices[0], table.truth[0], table.scores[0]) == ("a", 7, 0, 0.5)


def test_prediction_is_the_threshold_included():
    scores = np.array([0.5, 0.49, 0.5, 0])
    table = Predictions(np.array(["a"] * 4), np.arange(4), np.array([1, 1, 0, 0]), scores)
    assert table.predicted.tolist() == [True, False, True, False]
    assert table.right.tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "",
            "line 1: the file is empty; expected a prediction table with the header patient,slice",
        ),
        (
            "patient,slice,score\na,1,0.5\n",
            "line 1: no column truth; expected the header .*, received patient,slice,score",
        ),
        (HEAD, "no prediction below the header"),
        (HEAD + "a,1,0,0.5\na,2,0,nan\n", "line 3: score is 'nan', expected a number from 0 to 1"),
        (HEAD + "a,1,0,\n", "line 2: score is ''"),
        (HEAD + "a,1,0,1.5\n", "line 2: score is '1.5'"),
        (HEAD + "a,1,0\n", "line 2: expected 4 fields, one for each column of the header, received 3"),
        (HEAD + "a,1,2,0.5\n", "line 2: truth is '2', expected 0 or 1"),
        (HEAD + "a,1,yes,0.5\n", "line 2: truth is 'yes', expected 0 or 1"),
        (HEAD + "a,x,1,0.5\n", "line 2: slice is 'x', expected a whole number"),
        (HEAD + f"a,{10**30},1,0.5\n", "line 2: slice is '1000.*', expected a whole number"),
        (HEAD + "a,1" + "0" * 5000 + ",1,0.5\n", "line 2: slice is '1000.*', expected a whole number"),
        (
            HEAD + "a,1,1,0.5\nb,1,1,1\na,1,0,0\n",
            "line 4: .* on line 2 already with truth 1, here 0",
        ),
        (
            HEAD + "a,1,1,0.5\na,1,1,0.5\n",
            "line 3: patient 'a' slice 1 is on line 2 already; expected each image once",
        ),
    ],
    ids="empty column rows nan blank range short truth word slice large huge contradiction twice".split(),
)
def test_unusable_tables_say_where(tmp_path, text, says):
    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says) as caught:
        read_predictions(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_missing_and_binary_files_say_so(tmp_path):
    with pytest.raises(DataError, match="no prediction table"):
        read_predictions(tmp_path / "p.csv")
    (tmp_path / "p.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="line 1: received UTF-16 text"):
        read_predictions(tmp_path / "p.csv")
    (tmp_path / "p.csv").write_bytes(HEAD.encode() + b"a,1,1,\x00\n")
    with pytest.raises(DataError, match="line 2"):
        read_predictions(tmp_path / "p.csv")


def test_patients_who_look_alike_in_one_table_are_refused(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(HEAD + "P1,1,1,0.5\nP2,1,0,0.5\np01,2,1,0.5\n")
    with pytest.raises(DataError, match="p.csv: 'P1' and 'p01' look like one patient; expected names that"):
        read_predictions(path)
