import pytest

from kgan.data.tables import write_table
from kgan.errors import RunError


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
