import numpy as np
from PIL import Image

from kgan.analyses.comparison.forest_plot import Row, draw_forest
from kgan.stats.classification import classification
from kgan.stats.predictions import Predictions


def measured(truth, scores):
    n = len(truth)
    return classification(
        Predictions(np.array(["P"] * n), np.arange(n), np.array(truth), np.array(scores, float))
    )


def colours(path):
    return {tuple(colour) for colour in np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3)}


def test_each_variant_has_its_colour(tmp_path):
    good, bad = measured([0, 1, 1, 0], [0, 1, 1, 0.1]), measured([0, 1, 1, 0], [1, 0, 1, 0.1])
    rows = [Row("real", "scratch", good), Row("real", "pretrained", bad), Row("real + $x$", "scratch", bad)]
    draw_forest(tmp_path / "f.png", rows)
    blue, vermilion = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)
    assert {blue, vermilion} <= colours(tmp_path / "f.png")
    draw_forest(tmp_path / "g.png", rows[:1])
    assert blue in colours(tmp_path / "g.png") and vermilion not in colours(tmp_path / "g.png")


def test_undefined_rates_are_left_out(tmp_path):
    draw_forest(tmp_path / "f.png", [Row("real", "", measured([0, 0], [0, 1]), {"accuracy": 0.9})])
    assert [path.name for path in tmp_path.iterdir()] == ["f.png"]


def test_same_rows_give_the_same_bytes(tmp_path):
    row = Row("real", "scratch", measured([0, 1], [0, 1]))
    for name in ("a.png", "b.png"):
        draw_forest(tmp_path / name, [row])
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_control_is_marked(tmp_path):
    row = Row("+noise", "scratch", measured([0, 1], [0, 1]), control="negative")
    assert row.label == "+noise (negative control)" and Row("real", "", row.measured).label == "real"
    draw_forest(tmp_path / "marked.png", [row])
    draw_forest(tmp_path / "plain.png", [Row("+noise", "scratch", row.measured)])
    assert (tmp_path / "marked.png").read_bytes() != (tmp_path / "plain.png").read_bytes()
