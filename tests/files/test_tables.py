import math

import pytest
from pydantic import Field

from kgan.errors import DataError, RunError
from kgan.files.columns import Count, Maybe, Name, Row, Share, Text, YesNo
from kgan.files.tables import Table, read_table, write_records, write_table


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


class Whose(Row):
    file: Name
    patient: Maybe[Name]
    reason: Text = ""


def test_a_users_table(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('\ufeffnote,file,patient\nx, a.png ,p\n\n"one, two",b.png,\n', encoding="utf-8")
    assert list(read_table(path, Whose, "a table of patients")) == [
        (f"{path}, line 2", Whose(file="a.png", patient="p")),
        (f"{path}, line 4", Whose(file="b.png", patient="")),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no table of patients .*a.csv: expected a CSV file file,patient,reason"),
        (b"note\nx\n", "line 1: no column file and no column patient; .* received note"),
        (b"file,patient\na,b" + b"x" * 200000, "line 2: no CSV .field larger than field limit"),
    ],
)
def test_mistakes_in_a_users_table(tmp_path, content, says):
    """`tests/test_every_table.py` has those that all tables share."""
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(DataError, match=says):
        list(read_table(tmp_path / "a.csv", Whose, "a table of patients"))


def test_a_table_is_read_line_by_line(tmp_path):
    """A mistake far below is found when one comes there, so memory does not grow with the table."""
    (tmp_path / "a.csv").write_bytes(b"file,patient\n" + b"a,b\n" * 5000 + b"\xff\n")
    rows = read_table(tmp_path / "a.csv", Whose, "a table of patients")
    assert [next(rows)[1].file for _ in range(5000)] == ["a"] * 5000
    with pytest.raises(DataError, match="line 5002: expected UTF-8"):
        next(rows)


def test_records_are_written_as_readers_of_tables_expect(tmp_path):
    record = {"rate": 1 / 3, "known": True, "none": None, "n": 7, "nan": math.nan, "aside": "not a column"}
    write_records(tmp_path / "t.csv", ("n", "rate", "known", "none", "lacking", "nan"), [record])
    assert (tmp_path / "t.csv").read_text() == "n,rate,known,none,lacking,nan\n7,0.333333,yes,,,\n"


class Measured(Row):
    name: Text
    images: Count
    share: Maybe[Share] = None
    is_kept: YesNo = Field(alias="kept", default=False)


def test_a_table_is_stated_once(tmp_path):
    table = Table("measured.csv", Measured)
    rows = [Measured(name="a", images=3, share=0.25, kept=True), Measured(name="b", images=0)]
    table.write(tmp_path, rows)
    text = (tmp_path / "measured.csv").read_text()
    assert text == "name,images,share,kept\na,3,0.25,yes\nb,0,,no\n"
    assert table.read(tmp_path) == rows
    assert table.read(tmp_path / "nowhere") == []
