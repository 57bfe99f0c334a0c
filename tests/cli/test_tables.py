import pytest

from kgan.cli.tables import lines, show

COLUMNS = ("step", "state", "why")
ROWS = [("prepare", "finished", ""), ("train-pggan", "to do", "gans.pggan.train.steps changed from 20 to 40")]


def test_one_line_a_row_in_columns():
    assert lines(COLUMNS, ROWS) == [
        "step         state     why",
        "prepare      finished",
        "train-pggan  to do     gans.pggan.train.steps changed from 20 to 40",
    ]


def test_the_last_column_is_cut_where_it_has_no_room():
    (_, line) = lines(COLUMNS, [("a", "b", "x" * 200)])
    assert len(line) == 140 and line.endswith("x…")


def test_a_failure_is_reported_in_full():
    (_, line) = lines(COLUMNS, [("a", "b", "failed: " + "x" * 200)])
    assert line.endswith("failed: " + "x" * 200)


@pytest.mark.parametrize(("columns", "length"), [(100, 100), (40, 80)], ids=["terminal", "narrow terminal"])
def test_a_terminal_decides_the_length_down_to_80(columns, length, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    (_, line) = lines(COLUMNS, [("a", "b", "x" * 200)])
    assert len(line) == length


def test_a_printed_table_keeps_each_row_on_a_line_without_a_terminal(capsys):
    show(COLUMNS, ROWS, title="Plan of [two_step]")
    out, err = capsys.readouterr()
    assert err == ""
    assert [line.split(maxsplit=2) for line in out.splitlines()] == [
        ["Plan", "of", "[two_step]"],
        ["step", "state", "why"],
        ["prepare", "finished"],
        ["train-pggan", "to", "do     gans.pggan.train.steps changed from 20 to 40"],
    ]
