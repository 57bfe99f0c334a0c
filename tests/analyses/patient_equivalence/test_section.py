import pytest
from fabricated.steps import finished

from kgan.analyses.patient_equivalence.quantity import Amount, Worth
from kgan.analyses.patient_equivalence.section import COLUMNS, equivalent_section, headlines, sentence

ROWS = (
    "7,no,0.7,0.6,0.8,0.75,0.65,0.85,,,,1,\n"
    "7,yes,0.76,0.66,0.86,0.81,0.7,0.9,6.2,-2.1,>7,1,\n"
    "14,no,0.78,0.7,0.86,,,,,,,1,\n"
    "14,yes,0.8,0.7,0.9,,,,>0,0,>0,1,14 patients without the pool do not do as well\n"
)


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def worth(patients, value, low="", high="", note=""):
    return Worth(patients, Amount.read(value), Amount.read(low), Amount.read(high), note)


@pytest.fixture
def step(tmp_path):
    (tmp_path / "equivalent.csv").write_text(",".join(COLUMNS) + "\n" + ROWS)
    (tmp_path / "equivalent.png").write_bytes(b"")
    settings = {"source": "pggan", "base": "real images and 400 of classic augmentation"}
    return finished("equivalent", "equivalent", tmp_path, settings, {"trainings": 1})


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (
            worth(14, "6", "2", "15"),
            "With 14 real patients, the pool is worth 6 more (95 % interval 2 to 15).",
        ),
        (
            worth(14, "6.2", "-2", "15"),
            "With 14 real patients, the pool is worth 6 more (95 % interval −2 to 15, so perhaps nothing).",
        ),
        (
            worth(1, "0.2", "-1", "3"),
            "With 1 real patient, the pool is worth nothing: without it the same number of patients does as "
            "well (95 % interval −1 to 3).",
        ),
        (
            worth(14, "-3", "<-7", "-1"),
            "With 14 real patients, the pool is worth −3: without it 11 real patients do as well (95 % "
            "interval less than −7 to −1).",
        ),
        (
            worth(14, ">14", "3", ">14"),
            "With 14 real patients, the pool is worth more than 14 more: 28 real patients without it do not "
            "do as well (95 % interval 3 to more than 14).",
        ),
        (
            worth(28, ">0", "-4", ">0"),
            "With 28 real patients, the pool is worth something, but how much cannot be told, as no "
            "classifier had more than 28 real patients (95 % interval −4 to more than 0, so perhaps "
            "nothing).",
        ),
        (
            worth(28, "<-21", "<-21", "-9"),
            "With 28 real patients, the pool is worth less than −21: without it 7 real patients do better "
            "(95 % interval less than −21 to −9).",
        ),
        (
            worth(7, "<0", "<0", "4"),
            "With 7 real patients, the pool is worth less than nothing: without it the classifier does "
            "better (95 % interval less than 0 to 4, so perhaps nothing).",
        ),
        (
            worth(14, ">42", ">42", ">42"),
            "With 14 real patients, the pool is worth more than 42 more: 56 real patients without it do not "
            "do as well (95 % interval more than 42 throughout).",
        ),
        (worth(7, "3"), "With 7 real patients, the pool is worth 3 more; no interval can be given."),
    ],
    ids=[
        "told",
        "perhaps",
        "nothing",
        "harm",
        "beyond",
        "most",
        "far-below",
        "below",
        "throughout",
        "no-interval",
    ],
)
def test_sentences_claim_no_more_than_is_known(found, says):
    assert plain(sentence(found)) == says


def test_headlines_are_of_the_fewest_and_the_most_patients():
    found = headlines([worth(7, "1"), worth(14, "2"), worth(28, "3")])
    assert [one.split(",")[0] for one in found] == ["With 7 real patients", "With 28 real patients"]


def test_a_curve_that_does_not_rise_is_said(step):
    flat = finished(step.name, step.kind, step.folder, step.settings, {"rises": False})
    assert "says little here" in equivalent_section(flat, {}).paragraphs[1]
    assert "says little here" not in equivalent_section(step, {}).paragraphs[1]


def test_section_has_a_table_a_figure_and_what_is_left_out(step):
    section = equivalent_section(step, {"pggan": "PGGAN"})
    text = plain(" ".join(section.paragraphs))
    assert section.title == "Equivalent patients: PGGAN"
    assert "real images and 400 of classic augmentation" in text
    assert "the pool is worth 6 more (95 % interval −2 to more than 7, so perhaps nothing)" in text
    assert "learnt from all training patients" in text and "less, or as much at the most" in text
    assert "too narrow" in text
    (table,) = section.tables
    first, second = table.rows
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert [cell.text for cell in first] == ["7", "70.0", "76.0", "0.750", "0.810", "6"]
    assert [plain(cell.below) for cell in first[1:3]] == ["[60.0, 80.0]", "[66.0, 86.0]"]
    assert first[-1].below == "[−2, >\N{NO-BREAK SPACE}7]" and not first[-1].strong
    assert plain(second[-1].text) == "> 0" and second[3].text == "–"
    assert second[-1].title == "14 patients without the pool do not do as well"
    assert "14 patients without" not in table.note
    assert section.figures[0].path == step.folder / "equivalent.png"


def test_remarks_stand_below_the_table(step):
    table = step.folder / "equivalent.csv"
    table.write_text(table.read_text().replace(">7,1,", ">7,1,the curve is flat here"))
    assert equivalent_section(step, {}).tables[0].note.endswith("7 patients: the curve is flat here.")


def test_several_trainings_are_said(step):
    several = finished(step.name, step.kind, step.folder, step.settings, {"trainings": 3})
    text = " ".join(equivalent_section(several, {}).paragraphs)
    assert "3 or more" in text and "too narrow" not in text


def test_without_a_table_there_is_no_section(tmp_path):
    assert equivalent_section(None, {}) is None
    assert equivalent_section(finished("equivalent", "equivalent", tmp_path), {}) is None
