"""Each table that kgan reads, with each mistake that a table can have: refused with its line, or read so."""

import csv
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

import kgan
from kgan.cli import main
from kgan.data.cohort.exclusions import read_exclusions
from kgan.errors import DataError
from kgan.files.columns import Row
from kgan.files.tables import Table, read_table
from kgan.pipeline.records.run_folder import read_table as read_rows
from kgan.report.figures.learning_curves import read_log
from kgan.stats.predictions import read_predictions
from kgan.training.log import LogRow, TrainingLog
from kgan_plugins.readers.configs import FolderConfig
from kgan_plugins.readers.oasis_clinical import read_dementia

ROOT = Path(kgan.__file__).parents[1]


def of_a_step(row):
    return lambda path: read_rows(path, row)


def folder(path):
    from PIL import Image

    for name in ("a", "b"):
        Image.new("L", (8, 8)).save(path.parent / f"{name}.png")
    return FolderConfig(path=str(path.parent)).build().patients()


#: Name of the table's file -> what reads it, and a table of two lines.
TABLES = {
    "predictions.csv": (read_predictions, "patient,slice,truth,score\nP1,0,1,0.5\nP2,0,0,0.25\n"),
    "exclude.csv": (
        lambda path: read_exclusions(path, ("P1", "P2"), range(9)),
        "patient,slice,reason\nP1,1,fold\nP2,2,fold\n",
    ),
    "patients.csv of a folder": (folder, "file,patient\na.png,P1\nb.png,P2\n"),
    "oasis_cross-sectional.csv": (read_dementia, "ID,M/F,Age,CDR\nP1,F,74,0.5\nP2,M,70,0\n"),
    "log.csv resumed": (lambda path: TrainingLog(path, 9), "step,phase,loss\n1,a,0.5\n2,a,0.4\n"),
    "log.csv drawn": (read_log, "step,phase,loss\n1,a,0.5\n2,a,nan\n"),
}


def step_tables():
    """Yield the tables that steps write and others read: the objects `Table` of kgan's modules."""
    for module in pkgutil.walk_packages(kgan.__path__, "kgan."):
        if "main" not in module.name:
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Table):
                    yield value


def valid_line(table):
    """Return a line that fits the columns: in each the first text that it takes."""
    candidates = {column: iter(("a", "0.5", "7", "1", "yes")) for column in table.columns}
    fields = {column: next(candidates[column]) for column in table.columns}
    while True:
        try:
            table.row.model_validate(fields)
        except ValidationError as error:
            for mistake in error.errors():
                choice = re.search("'(.*?)'", str((mistake.get("ctx") or {}).get("expected", "")))
                column = mistake["loc"][0]
                fields[column] = choice[1] if choice else next(candidates[column])
        else:
            return ",".join(fields.values())


for step_table in step_tables():
    line = valid_line(step_table)
    text = f"{','.join(step_table.columns)}\n{line}\n{line}\n"
    TABLES[step_table.file] = (of_a_step(step_table.row), text)


def lines(text):
    return [line.split(",") for line in text.splitlines()]


def joined(rows, separator=","):
    return "".join(f"{separator.join(row)}\n" for row in rows).encode()


def a_number(rows):
    """Return the place of the last field of line 2 that is a number with a point or stands for one."""
    return max(at for at, field in enumerate(rows[1]) if re.fullmatch(r"[0-9.]+", field))


def has_number(text):
    return any(re.fullmatch(r"[0-9.]+", field) for field in lines(text)[1])


def decimal_comma(text, quoted=False):
    rows = lines(text)
    if has_number(text):
        field = "0,87"
        rows[1][a_number(rows)] = f'"{field}"' if quoted else field
    else:
        rows[1][-1] = "0,87"  # of a table of names: one field more
    return joined(rows)


def with_field(text, at, field):
    rows = lines(text)
    rows[1][at] = field
    return joined(rows)


#: Mistake -> what makes it of a table, and what the message says beside the file.
MISTAKES = {
    "decimal comma": (decimal_comma, r"line 2: expected \d+ fields, .* decimal comma .* with a point"),
    "one field more": (lambda t: joined([*lines(t)[:2], [*lines(t)[2], ""]]), r"line 3: expected \d+ fields"),
    "one field fewer": (lambda t: joined([*lines(t)[:2], lines(t)[2][:-1]]), r"line 3: expected \d+ fields"),
    "repeated column": (
        lambda t: joined([[*row, row[0]] for row in lines(t)]),
        "line 1: column '.*' is there twice; expected each once. Remove one",
    ),
    "missing column": (
        lambda t: joined([row[1:] for row in lines(t)]),
        "line 1: no column .*; expected the header .*, received ",
    ),
    "column without name": (
        lambda t: joined([[*lines(t)[0], ""], *([*row, "87"] for row in lines(t)[1:])]),
        r"line 2: column \d+ has no name; expected nothing in it, received '87'. Name",
    ),
    "NUL": (lambda t: with_field(t, 0, "a\0"), "line 2: .* control character 0x00"),
    "quote not closed": (lambda t: with_field(t, 0, '"a'), "line 2: a quote opens and does not close"),
    "text after a quote": (lambda t: with_field(t, 0, '"a"b'), "line 2: no CSV .*; expected fields"),
    "line break in a quote": (lambda t: with_field(t, 0, '"a\nb"'), "line 2: a quote opens and does not"),
    "semicolons": (lambda t: joined(lines(t), ";"), "line 1: .* separated by semicolons, expected commas"),
    "tabs": (lambda t: joined(lines(t), "\t"), "line 1: .* separated by tabs, expected commas"),
    "UTF-16": (lambda t: t.encode("utf-16"), "line 1: received UTF-16 .* save it again as “CSV UTF-8"),
    "UTF-16 without mark": (lambda t: t.encode("utf-16-le"), "line 1: .* control character 0x00"),
    "cp1252": (
        lambda t: with_field(t, 0, "Jos\xe9").decode().encode("cp1252"),
        "line 2: expected UTF-8 text, received byte 0xe9",
    ),
    "carriage returns alone": (lambda t: t.replace("\n", "\r").encode(), "line 1: lines end with a carriage"),
    "empty file": (lambda t: b"", "line 1: the file is empty; expected .* with the header "),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("table", TABLES)
def test_a_mistake_is_refused_with_its_line(tmp_path, table, mistake):
    read, text = TABLES[table]
    damage, says = MISTAKES[mistake]
    path = tmp_path / table.split()[0]
    path.write_bytes(damage(text))
    with pytest.raises(DataError) as caught:
        read(path)
    assert re.search(says, str(caught.value)), str(caught.value)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("table", [name for name, (_, text) in TABLES.items() if has_number(text)])
def test_a_quoted_decimal_comma_is_no_number(tmp_path, table):
    read, text = TABLES[table]
    path = tmp_path / table.split()[0]
    path.write_bytes(decimal_comma(text, quoted=True))
    with pytest.raises(DataError, match="line 2: .* is '0,87', expected .*"):
        read(path)


HARMLESS = {
    "byte-order mark": lambda t: b"\xef\xbb\xbf" + t.encode(),
    "ends of lines of another system": lambda t: t.replace("\n", "\r\n").encode(),
    "no end of the last line": lambda t: t.rstrip("\n").encode(),
    "blank lines": lambda t: t.replace("\n", "\n\n").encode() + b"  \n",
    "blanks around fields": lambda t: joined([[f" {field}\t" for field in row] for row in lines(t)]),
    "quotes around fields": lambda t: joined([[f'"{field}"' for field in row] for row in lines(t)]),
    "an empty column without name": lambda t: joined([[*row, ""] for row in lines(t)]),
    "numbers of lines before": lambda t: joined([[str(n or ""), *row] for n, row in enumerate(lines(t))]),
}


def shown(value):
    return repr(vars(value) if hasattr(value, "__dict__") else value)


@pytest.mark.parametrize("way", HARMLESS)
@pytest.mark.parametrize("table", TABLES)
def test_what_changes_no_meaning_is_read_as_if_it_were_not_there(tmp_path, table, way):
    read, text = TABLES[table]
    path = tmp_path / table.split()[0]
    path.write_text(text)
    plain = shown(read(path))
    path.write_bytes(HARMLESS[way](text))
    assert shown(read(path)) == plain


@pytest.mark.parametrize("blanks", ["P1 ", " P1", "P1\t", "P1\u00a0"])
def test_a_patient_with_blanks_is_the_patient(tmp_path, blanks):
    (tmp_path / "a.csv").write_text(
        f"patient,slice,truth,score\nP1,0,1,0.5\n{blanks},1,1,0.5\n", encoding="utf-8"
    )
    assert set(read_predictions(tmp_path / "a.csv").patients) == {"P1"}
    (tmp_path / "a.csv").write_text(
        f"patient,slice,truth,score\nP1,0,1,0.5\n{blanks},0,1,0.5\n", encoding="utf-8"
    )
    with pytest.raises(DataError, match="line 3: patient 'P1' slice 0 is on line 2 already"):
        read_predictions(tmp_path / "a.csv")


@pytest.mark.parametrize("patient", ["", " ", "P\u200b1", "P\u00a01"])
@pytest.mark.parametrize("table", ["predictions.csv", "exclude.csv", "patients.csv of a folder"])
def test_a_patient_without_name_or_with_one_that_is_not_seen_is_refused(tmp_path, table, patient):
    read, text = TABLES[table]
    path = tmp_path / table.split()[0]
    path.write_text(text.replace("P1", patient, 1), encoding="utf-8")
    with pytest.raises(DataError, match="line 2: patient is '.*', expected a name of visible characters"):
        read(path)


@pytest.mark.parametrize("score", ["1_0e-1", "٠.٥", "0x1", "1e999", "nan", "inf", "-0.1", "1.01", "", "50 %"])
def test_a_score_that_is_none(tmp_path, score):
    (tmp_path / "a.csv").write_text(f"patient,slice,truth,score\nP1,0,1,{score}\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2: score is '.*', expected a number from 0 to 1"):
        read_predictions(tmp_path / "a.csv")


def test_compare_with_a_decimal_comma_ends_in_one_line(tmp_path, capsys):
    """The output was "sensitivity -100.0, p 0.00781, the second harms" of equal predictions."""
    head = "patient,slice,truth,score\n"
    for name, score in (("point.csv", "0.87"), ("comma.csv", "0,87")):
        (tmp_path / name).write_text(head + "".join(f"p{n},0,1,{score}\n" for n in range(8)))
    with pytest.raises(SystemExit) as status:
        main(["compare", str(tmp_path / "point.csv"), str(tmp_path / "comma.csv")])
    output = capsys.readouterr()
    assert status.value.code == 2 and output.out == ""
    assert output.err.startswith("kgan: error: ") and output.err.count("\n") == 1
    assert "comma.csv, line 2: expected 4 fields, one for each column of the header, received 5" in output.err


def test_every_schema_is_tried_above():
    tried = {"Whose", "Session", "Exclusion", "Prediction", "Kept"}
    for read, _ in TABLES.values():
        tried |= {
            getattr(cell.cell_contents, "__name__", "") for cell in getattr(read, "__closure__", None) or ()
        }
    schemas = set()
    for module in pkgutil.walk_packages(kgan.__path__, "kgan."):
        if "main" not in module.name:
            classes = filter(inspect.isclass, vars(importlib.import_module(module.name)).values())
            schemas |= {schema.__name__ for schema in classes if issubclass(schema, Row)}
    assert schemas - {"Row", "NumericRow", LogRow.__name__} <= tried


def test_no_other_module_reads_csv():
    for path in [*ROOT.glob("kgan/**/*.py"), *ROOT.glob("plugins/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        if path.name != "tables.py":
            assert not re.search(r"\bimport csv\b|\bread_csv\b|\bgenfromtxt\b|\bloadtxt\b", text), path


def test_what_is_written_is_read_again(tmp_path):
    from kgan.files.columns import Name, Text
    from kgan.files.tables import write_table

    class Statement(Row):
        who: Name
        what: Text

    rows = [("a, b", 'says "x"'), ("c", "two\nlines"), ("é", ";\t|")]
    write_table(tmp_path / "a.csv", ("who", "what"), rows)
    contents = [(row.who, row.what) for _, row in read_table(tmp_path / "a.csv", Statement, "a table")]
    assert contents == [("a, b", 'says "x"'), ("c", "two\\nlines"), ("é", ";\t|")]
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 4
