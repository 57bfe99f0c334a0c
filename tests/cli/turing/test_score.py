import csv
import json

import pytest

from kgan.analyses.visual_turing.files import ANSWERS_FORMAT, Key, Provenance, answers_digest, key_text
from kgan.analyses.visual_turing.sampling import REAL, SYNTHETIC, Item, Picture

NAMES = ("a", "b", "c", "d")
KINDS = [(origin, kind) for origin in (REAL, SYNTHETIC) for kind in ("tumor", "non_tumor")]
ITEMS = tuple(
    Item(f"{name}{number}", Picture(*kind, "s", number + 10 * place))
    for place, (name, kind) in enumerate(zip(NAMES, KINDS, strict=True))
    for number in range(10)
)
PROVENANCE = Provenance("generate-pggan", ("test",), 7, (16, 16), 0.1, 12345)
KEY = Key("1" * 16, "pggan", "PGGAN", ("non_tumor", "tumor"), ITEMS, PROVENANCE)


@pytest.fixture
def run(tmp_path):
    keys = tmp_path / "run" / "turing" / "keys"
    keys.mkdir(parents=True)
    (keys / "pggan.json").write_text(key_text(KEY))
    return tmp_path / "run"


@pytest.fixture
def answers(tmp_path):
    """Return ``answers(reader, mistakes, folder)``: a file whose first images of each kind are wrong."""

    def write(reader, mistakes, folder=tmp_path, test=KEY.test):
        rows = []
        for item in ITEMS:
            wrong = int(item.name[1:]) < mistakes
            origin = item.picture.origin if not wrong else (REAL, SYNTHETIC)[item.picture.origin == REAL]
            rows.append((item.name, origin, item.picture.kind))
        rows = [(name, None, None) for name, _, _ in rows] if mistakes is None else rows
        file = {"format": ANSWERS_FORMAT, "test": test, "name": "pggan", "reader": reader, "saved": "now"}
        file["answers"] = [{"item": item, "origin": origin, "class": kind} for item, origin, kind in rows]
        file["digest"] = answers_digest(test, reader, "now", rows)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{reader}.json"
        path.write_text(json.dumps(file))
        return path

    return write


def test_a_run_scores_what_lies_in_it_and_writes_a_table(kgan, run, answers):
    for reader, mistakes in (("Ada", 5), ("Bo", 2)):
        answers(reader, mistakes, run / "turing" / "answers")
    status, out, err = kgan("turing", "score", run)
    assert (status, err) == (0, "")
    assert "PGGAN: 40 images (10 real non_tumor, 10 real tumor," in out
    assert "Real or synthetic (R real, S synthetic)" in out
    assert "Class (T tumor, N non-tumor)" in out
    assert "50.0 [35.2, 64.8]" in out and "80.0 [65.2, 89.5]" in out
    assert (
        "Ada: real or synthetic: balanced accuracy 50.0 [35.8, 64.2] %; inconclusive: with 40 images" in out
    )
    assert "Bo: real or synthetic: balanced accuracy 80.0 [64.7, 88.4] %; better than chance (" in out
    assert (
        "Ada: class: balanced accuracy 100.0 [88.6, 100.0] %; better than chance (difference p = 1.45e-11"
        in out
    )
    # Alike on 28 of 40, each saying real to half of them: (0.7 - 0.5) / 0.5.
    assert "real or synthetic: agreement of Ada, Bo: Cohen's kappa 0.40 [" in out
    assert "class: agreement of Ada, Bo: Cohen's kappa 1.00 over 40 images" in out
    with (run / "results" / "turing.csv").open() as file:
        rows = {(row["rater"], row["question"], row["quantity"]): row for row in csv.DictReader(file)}
    result = rows["Ada", "origin", "accuracy"]
    assert (result["test"], result["value"], result["count"], result["of"]) == ("pggan", "0.5", "20", "40")
    assert rows["Bo", "origin", "conclusion"]["value"] == "better than chance"
    assert rows["Ada", "kind", "balanced accuracy"]["value"] == "1"
    assert float(rows["Ada", "origin", "p_different"]["value"]) == 1
    assert rows["Ada; Bo", "kind", "kappa (Cohen)"]["value"] == "1"
    result = rows["Bo", "origin", "real as synthetic"]
    assert (result["count"], result["of"], result["real"], result["synthetic"]) == ("4", "20", "4", "0")


def test_one_key_and_files_with_another_margin(kgan, run, answers, tmp_path):
    key = run / "turing" / "keys" / "pggan.json"
    status, out, _ = kgan(
        "turing", "score", key, answers("Ada", 5), "--margin", "25", "--csv", tmp_path / "t.csv"
    )
    assert status == 0
    assert "no better than chance: the balanced accuracy is between 25 and 75 %" in out
    assert (tmp_path / "t.csv").is_file()
    assert not (run / "results").exists()


def test_an_empty_reading_is_reported(kgan, run, tmp_path):
    rows = [(item.name, None, None) for item in ITEMS]
    file = {"format": ANSWERS_FORMAT, "test": KEY.test, "reader": "Ada", "saved": "now"}
    file["answers"] = [{"item": item, "origin": None, "class": None} for item, _, _ in rows]
    file["digest"] = answers_digest(KEY.test, "Ada", "now", rows)
    path = tmp_path / "empty.json"
    path.write_text(json.dumps(file))
    status, out, _ = kgan("turing", "score", run, path)
    assert status == 0
    assert "Ada: empty reading: no image was answered" in out


def test_what_cannot_be_scored_is_one_line(kgan, run, answers, tmp_path):
    for arguments, says in (
        ((run,), "no answers to score; give the files of the raters"),
        (
            (tmp_path, answers("Ada", 1)),
            "no Turing test in this folder; expected a run with turing/keys/*.json",
        ),
        ((run, tmp_path / "none.json"), "there is no such file"),
        ((run, answers("Bo", 1, test="2" * 16)), "answers to another test (2222222222222222)"),
        ((run, answers("Ada", 1), answers("Ada", 1, tmp_path / "again")), "both are answers of 'Ada'"),
        ((run, answers("Ada", 1), "--alpha", "2"), "--alpha 2: expected a number between 0 and 1"),
    ):
        status, _, err = kgan("turing", "score", *arguments)
        assert status == 2
        assert says in err and err.count("\n") == 1
