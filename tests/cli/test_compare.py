import pytest

from kgan.cli import main

HEADER = "patient,slice,truth,score\n"


def rows(right):
    """Ten tumour and ten other slices of each patient; the first so many of each are judged rightly."""
    return HEADER + "".join(
        f"P{patient},{index},{truth},{truth if index % 10 < count else 1 - truth}\n"
        for patient, count in enumerate(right)
        for index, truth in [(index, index // 10) for index in range(20)]
    )


def run(arguments, capsys):
    with pytest.raises(SystemExit) as status:
        main(["compare", *map(str, arguments)])
    return status.value.code, capsys.readouterr()


@pytest.fixture
def tables(tmp_path):
    def write(*rights):
        paths = [tmp_path / f"{number}.csv" for number in range(len(rights))]
        for path, right in zip(paths, rights, strict=True):
            path.write_text(rows(right))
        return paths

    return write


def test_a_gain_in_every_patient_helps(tables, capsys):
    status, said = run(tables([6] * 10, [9] * 10), capsys)
    assert status == 0
    assert "200 images of 10 patients" in said.out
    assert "accuracy: the second helps" in said.out
    assert "+30.0" in said.out


def test_what_cannot_be_told_says_what_could_be(tables, capsys):
    status, said = run(tables([6, 7, 9, 5], [7, 6, 8, 9]), capsys)
    assert status == 0
    assert "accuracy: cannot be told with 4 patients; a difference of" in said.out


def test_equal_tables_are_said_to_be_equal(tables, capsys):
    status, said = run(tables([6, 7], [6, 7]), capsys)
    assert status == 0
    assert "accuracy: cannot be told: both judge as many images of each patient rightly" in said.out
    assert "nan" not in said.out


def test_a_class_without_images_is_no_number(tmp_path, capsys):
    path = tmp_path / "one.csv"
    path.write_text(HEADER + "a,0,1,0.9\nb,0,1,0.1\n")
    status, said = run([path, path], capsys)
    assert status == 0
    assert "specificity: cannot be told: no image of this class" in said.out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (rows([6, 7, 7]), "1.csv' were not tested on the same images"),
        (
            rows([6, 7]).replace(",", ";"),
            "columns are separated by semicolons, expected commas (and a point in numbers)",
        ),
        (HEADER + "P0,0,0,0.5\nP0,0,1,0.5\n", "with truth 0, here 1"),
        ("patient,slice,score\n", "no column truth"),
    ],
)
def test_tables_that_do_not_fit_are_refused_in_one_line(tables, capsys, text, told):
    first, second = tables([6, 7], [6, 7])
    second.write_text(text)
    status, said = run([first, second], capsys)
    assert status == 2
    assert told in said.err
    assert len(said.err.splitlines()) == 1


def test_a_spreadsheets_mark_is_no_part_of_a_column(tables, capsys):
    first, second = tables([6, 7], [6, 7])
    second.write_text("\ufeff" + second.read_text(), encoding="utf-8")
    assert run([first, second], capsys)[0] == 0


def test_a_threshold_out_of_range_is_refused(tables, capsys):
    status, said = run([*tables([6, 7], [6, 7]), "--alpha", "1.5"], capsys)
    assert status == 2
    assert "--alpha 1.5: expected a number between 0 and 1" in said.err
