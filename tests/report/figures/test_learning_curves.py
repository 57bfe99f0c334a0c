import math

import numpy as np
import pytest
from PIL import Image

from kgan.errors import DataError
from kgan.report.figures.learning_curves import draw_losses, read_log, small_panels, write_logs

GAN_LOG = """step,phase,critic_loss,generator_loss
20,4x4,1.5,0.25
40,4x4,1.25,
60,8x8 fade-in,-0.5,nan
"""
EPOCHS = """step,phase,validation_loss,validation_accuracy
9,0,0.9,0.5
18,1,0.7,0.75
"""


def log(folder, text, name="log.csv"):
    path = folder / name
    path.write_text(text)
    return path


def test_a_log_is_read_by_columns(tmp_path):
    result = read_log(log(tmp_path, GAN_LOG))
    assert result.axis == "step"
    assert result.at == (20, 40, 60)
    assert result.phases == ("4x4", "4x4", "8x8 fade-in")
    assert result.values["critic_loss"] == (1.5, 1.25, -0.5)
    assert math.isnan(result.values["generator_loss"][1])


def test_epochs_are_counted_from_1(tmp_path):
    result = read_log(log(tmp_path, EPOCHS, "epochs.csv"))
    assert (result.axis, result.at, result.phases) == ("epoch", (1, 2), ("", ""))


def test_a_log_without_rows_is_none(tmp_path):
    assert read_log(log(tmp_path, "step,phase\n")) is None


def test_what_is_no_log_is_refused(tmp_path):
    with pytest.raises(DataError, match="line 1: no column step and no column phase"):
        read_log(log(tmp_path, "a,b\n1,2\n"))


def test_a_missing_log_is_none(tmp_path):
    assert read_log(tmp_path / "none.csv") is None


def test_drawing_puts_ink_on_paper(tmp_path):
    result = read_log(log(tmp_path, GAN_LOG))
    draw_losses({"tumor": result, "non_tumor": result}, tmp_path / "a.png")
    assert np.asarray(Image.open(tmp_path / "a.png").convert("L")).min() < 128


def test_small_panels_share_their_axes(tmp_path):
    result = read_log(log(tmp_path, EPOCHS, "epochs.csv"))
    other = read_log(log(tmp_path, EPOCHS.replace("0.7,", "0.1,"), "epochs.csv"))
    panels = {"a": {"x": [result]}, "b": {"x": [other], "y": [result]}, "c": {}}
    figure = small_panels(panels, "validation_loss", "anchor")
    assert figure.across == (1.0, 2.0) and figure.upwards == (0.1, 0.9)
    assert [figure.path(curve) for curve in figure.panels["a"]] == ["0.0,0.0 100.0,25.0"]
    assert [curve.colour for curve in figure.panels["b"]] == [0, 1] and figure.unit == "epoch"
    assert list(figure.legend) == ["x", "y"]


def test_without_the_column_panels_are_empty(tmp_path):
    figure = small_panels({"a": {"x": [read_log(log(tmp_path, EPOCHS))]}}, "none", "anchor")
    assert figure.curves == [] and figure.legend == [] and figure.upwards == (0.0, 1.0)


def test_what_a_figure_shows_is_written_as_a_table(tmp_path):
    write_logs({"tumor": read_log(log(tmp_path, GAN_LOG))}, tmp_path / "curves.csv")
    assert (tmp_path / "curves.csv").read_text() == (
        "run,step,phase,critic_loss,generator_loss\n"
        "tumor,20,4x4,1.5,0.25\ntumor,40,4x4,1.25,\ntumor,60,8x8 fade-in,-0.5,\n"
    )


def test_a_run_that_diverges_does_not_flatten_the_others(tmp_path):
    header = "step,phase,validation_loss,validation_accuracy\n"
    runs = {}
    for name, last in (("good", 0.4), ("bad", 4e6)):
        lines = [f"{9 * epoch},{epoch},{0.9 - epoch / 20},0.5" for epoch in range(8)]
        folder = tmp_path / name
        folder.mkdir()
        text = header + "\n".join([*lines, f"99,8,{last},0.5"])
        runs[name] = {"x": [read_log(log(folder, text, "epochs.csv"))]}
    figure = small_panels(runs, "validation_loss", "anchor")
    assert figure.is_cut and figure.upwards[1] < 10
    assert figure.path(figure.panels["bad"][0]).endswith(" 100.0,0.0")
    assert not small_panels({"a": runs["good"]}, "validation_loss", "anchor").is_cut


def test_a_single_point_is_a_short_line(tmp_path):
    figure = small_panels(
        {"a": {"x": [read_log(log(tmp_path, "\n".join(EPOCHS.splitlines()[:2]), "epochs.csv"))]}},
        "validation_loss",
        "anchor",
    )
    assert figure.path(figure.curves[0]) == "0.0,100.0 1.0,100.0"


def test_colours_begin_again_after_the_last(tmp_path):
    result = read_log(log(tmp_path, EPOCHS, "epochs.csv"))
    panels = {"a": {str(number): [result] for number in range(9)}}
    figure = small_panels(panels, "validation_loss", "anchor")
    assert [curve.colour for curve in figure.curves] == [0, 1, 2, 3, 4, 5, 6, 7, 0]
