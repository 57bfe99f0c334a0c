import pytest

from kgan.data.tables import read_table, write_records, write_table
from kgan.errors import DataError, RunError


def test_table_is_plain_csv(tmp_path):
    write_table(tmp_path / "new" / "a.csv", ("patient", "reason"), [("p", "one, two"), ("q", 3)])
    assert (tmp_path / "new" / "a.csv").read_text() == 'patient,reason\np,"one, two"\nq,3\n'


def test_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot write"):
        write_table(tmp_path / "file" / "a.csv", ("a",), [])


def test_names_that_are_no_text_are_escaped(tmp_path):
    write_table(tmp_path / "a.csv", ("patient",), [("\udcffpatient",)])
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "patient\n\\udcffpatient\n"


def test_a_users_table(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('\ufeffnote,file,patient\nx, a.png ,p\n\n"one\ntwo",b.png\n', encoding="utf-8")
    rows = list(read_table(path, ("file", "patient", "reason"), 2, "a table of patients"))
    assert rows == [
        (f"{path}, line 2", ["a.png", "p", ""]),
        (f"{path}, line 5", ["b.png", "", ""]),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no table of patients .*a.csv: expected a CSV file file,patient"),
        (b"", "line 1: no column file and no column patient; .* received nothing"),
        (b"patient\np\n", "line 1: no column file; expected the header file,patient, received patient"),
        (b"file,patient\n\xff\n", "cannot be read as a table of patients"),
        (b'file,patient\n"' + b"x" * 200000, "line 1: no CSV"),
    ],
)
def test_mistakes_in_a_users_table(tmp_path, content, says):
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(DataError, match=says):
        list(read_table(tmp_path / "a.csv", ("file", "patient"), 2, "a table of patients"))


def test_records_are_written_as_readers_of_tables_expect(tmp_path):
    record = {"rate": 1 / 3, "told": True, "none": None, "n": 7, "aside": "not a column"}
    write_records(tmp_path / "t.csv", ("n", "rate", "told", "none", "lacking"), [record])
    assert (tmp_path / "t.csv").read_text() == "n,rate,told,none,lacking\n7,0.333333,yes,,\n"
