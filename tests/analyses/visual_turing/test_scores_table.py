import csv
from pathlib import Path

from kgan.analyses.visual_turing.files import Answer, Key, Provenance, Reading
from kgan.analyses.visual_turing.sampling import REAL, SYNTHETIC, Item, Picture
from kgan.analyses.visual_turing.scores_table import COLUMNS, write_scores
from kgan.analyses.visual_turing.scoring import agreement, score

ITEMS = tuple(
    Item(f"{number:08x}", Picture(origin, None, "test", number))
    for number, origin in enumerate([REAL, REAL, SYNTHETIC, SYNTHETIC])
)
KEY = Key("t", "pggan", "PGGAN", (), ITEMS, Provenance("generate-pggan", ("test",), 2, (8, 8), 0.1, 1))


def reading(rater, answers):
    given = {item.name: Answer(answer) for item, answer in zip(ITEMS, answers, strict=True)}
    return Reading(rater, "t", given, Path(f"{rater}.json"))


def test_each_quantity_of_each_rater_is_a_row(tmp_path):
    readings = [
        reading("Ada", [REAL, SYNTHETIC, SYNTHETIC, SYNTHETIC]),
        reading("Bo", [REAL, SYNTHETIC, REAL, SYNTHETIC]),
    ]
    scores = [score(KEY, answers) for answers in readings]
    write_scores(tmp_path / "turing.csv", [(KEY, scores, agreement(KEY, readings))])
    with (tmp_path / "turing.csv").open(newline="") as file:
        table = csv.DictReader(file)
        rows = {(row["rater"], row["question"], row["quantity"]): row for row in table}
    assert tuple(table.fieldnames) == COLUMNS
    accuracy = rows["Ada", "origin", "accuracy"]
    assert (accuracy["value"], accuracy["count"], accuracy["of"]) == ("0.75", "3", "4")
    wrong = rows["Bo", "origin", "synthetic as real"]
    assert (wrong["value"], wrong["real"], wrong["synthetic"]) == ("0.5", "0", "1")
    assert rows["Ada; Bo", "origin", "kappa (Cohen)"]["of"] == "4"
