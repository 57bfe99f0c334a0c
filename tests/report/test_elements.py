import numpy as np
import pytest

from kgan.report.elements import Forest, ForestRow, Tile, round_ticks
from kgan.report.figures.image_grid import as_png


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ((-6.8, 11.0), [-10.0, -5.0, 0.0, 5.0, 10.0, 15.0]),
        ((0.81, 0.9), [0.8, 0.82, 0.84, 0.86, 0.88, 0.9]),
        ((50.0,), [50.0, 50.2]),
        ((), [0.0, 0.2]),
    ],
)
def test_ticks_are_round_and_span_the_values(values, ticks):
    assert round_ticks(values) == pytest.approx(ticks)


def test_places_are_percentages_of_the_axis():
    row = ForestRow("a", 5.0, -5.0, 15.0, "5", reference=20.0)
    figure = Forest("title", ("a", "b"), [row, ForestRow("none", None, None, None, "–")], zero=0.0)
    assert figure.ticks[0] <= -5 and figure.ticks[-1] >= 20
    assert figure.place(figure.ticks[0]) == 0 and figure.place(figure.ticks[-1]) == 100
    assert figure.place(5.0) < figure.place(15.0)


def test_an_axis_can_span_more_than_its_own_values():
    figure = Forest("title", ("a", "b"), [ForestRow("a", 5.0, None, None, "5")], span=[-20.0, 60.0])
    assert figure.ticks[0] <= -20 and figure.ticks[-1] >= 60


@pytest.mark.parametrize(
    ("shape", "columns"), [((12, 12, 1), 1), ((12, 20, 1), 1), ((12, 12, 2), 2), ((9, 9, 5), 3)]
)
def test_images_of_several_channels_take_more_columns(shape, columns):
    assert Tile(as_png(np.zeros(shape, np.uint8))).columns == columns
