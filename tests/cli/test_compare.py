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


def test_a_gain_in_every_patient_is_better(tables, capsys):
    status, output = run(tables([6] * 10, [9] * 10), capsys)
    assert status == 0
    assert "200 images of 10 patients" in output.out
    assert "accuracy (primary): the second is better (p = 0.002)" in output.out
    assert "exploratory, without a conclusion: sensitivity, specificity, auroc" in output.out
    assert "helps" not in output.out and "harms" not in output.out


def test_all_metrics_have_both_values_the_difference_and_the_discordant_images(tables, capsys):
    _, output = run(tables([6] * 10, [9] * 10), capsys)
    _, _, header, accuracy, _, _, areas, *_ = output.out.splitlines()
    titles = "first  second  second - first  p patient-level  only first : only second  p McNemar"
    assert header.split() == titles.split()
    assert accuracy.split()[:3] == ["accuracy", "(primary)", "60.0"] and " 90.0 [" in accuracy
    assert "+30.0 [" in accuracy and " 0 : 60 " in accuracy
    # 6 of 10 right of both classes at scores 0 and 1: an area of 0.6.
    assert areas.split()[:2] == ["auroc", "0.600"] and "+0.300 [" in areas
    assert ":" not in areas


def test_the_conclusion_is_in_the_metric_requested(tables, capsys):
    _, output = run([*tables([6] * 10, [9] * 10), "--metric", "auroc"], capsys)
    assert "auroc (primary): the second is better" in output.out
    assert "exploratory, without a conclusion: accuracy, sensitivity, specificity" in output.out
    status, output = run([*tables([6], [9]), "--metric", "recall"], capsys)
    assert status == 2 and "recall" in output.err


def test_inconclusive_states_the_detectable_difference(tables, capsys):
    status, output = run(tables([6, 7, 9, 5, 8, 6, 7, 4], [7, 6, 8, 9, 7, 7, 6, 6]), capsys)
    assert status == 0
    line = next(
        line for line in output.out.splitlines() if line.startswith("accuracy (primary): inconclusive")
    )
    assert "with 8 patients; a difference of" in line
    assert line.endswith("points is detected with 80 % power")


def test_too_few_patients_are_reported_to_find_nothing(tables, capsys):
    status, output = run(tables([6, 7, 9, 5], [7, 6, 8, 9]), capsys)
    assert status == 0
    assert (
        "accuracy (primary): inconclusive with 4 patients: no difference can be detected with 4 patients and "
        "1 comparison" in output.out
    )


def test_equal_tables_are_reported_as_equal(tables, capsys):
    status, output = run(tables([6, 7], [6, 7]), capsys)
    assert status == 0
    assert "inconclusive with 2 patients: both judge as many images of each patient rightly" in output.out
    assert "auroc: both rank the images of each patient alike" in output.out
    assert "nan" not in output.out


def test_a_class_without_images_is_no_number(tmp_path, capsys):
    path = tmp_path / "one.csv"
    path.write_text(HEADER + "a,0,1,0.9\nb,0,1,0.1\n")
    status, output = run([path, path], capsys)
    assert status == 0
    assert "specificity: no image of this class" in output.out
    assert "auroc: fewer than two patients of a class" in output.out


@pytest.mark.parametrize(
    ("text", "message"),
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
def test_tables_that_do_not_fit_are_refused_in_one_line(tables, capsys, text, message):
    first, second = tables([6, 7], [6, 7])
    second.write_text(text)
    status, output = run([first, second], capsys)
    assert status == 2
    assert message in output.err
    assert len(output.err.splitlines()) == 1


def test_a_spreadsheets_mark_is_no_part_of_a_column(tables, capsys):
    first, second = tables([6, 7], [6, 7])
    second.write_text("\ufeff" + second.read_text(), encoding="utf-8")
    assert run([first, second], capsys)[0] == 0


def test_a_threshold_out_of_range_is_refused(tables, capsys):
    status, output = run([*tables([6, 7], [6, 7]), "--alpha", "1.5"], capsys)
    assert status == 2
    assert "--alpha 1.5: expected a number between 0 and 1" in output.err
