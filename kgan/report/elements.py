"""Figures of pages that are made of HTML: they follow the width and the colours of the page.

A text in them stays as large on a telephone as elsewhere, and each value can be read aloud.
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

#: Shades of a matrix on either side of 0.
SHADES = 4
#: Colours of lines; further ones begin again.
LINES = 8
#: Values are shown up to as many interquartile ranges from the quartiles; it takes so many to tell.
_FENCE, _FEWEST = 10.0, 8


@dataclass(frozen=True)
class Tile:
    """One image.

    Args:
        png: the file's bytes, not enlarged.
        label: the text below it; empty for none.
    """

    png: bytes
    label: str = ""

    @property
    def columns(self) -> int:
        """Columns of the grid that it takes, up to three: channels stand side by side in a wide image."""
        width, height = (int.from_bytes(self.png[at : at + 4], "big") for at in (16, 20))
        return min(3, max(1, width // height)) if height else 1


@dataclass(frozen=True)
class Tiles:
    """Images in a grid.

    Args:
        title: above them; empty for none.
        cards: what stands together, one image or several above each other.
    """

    title: str
    cards: Sequence[Sequence[Tile]]


@dataclass(frozen=True)
class ColourScale:
    """The legend of images whose colours stand for values.

    Args:
        colours: CSS colours, evenly spaced from low to high.
        labels: of the two ends and the middle.
    """

    colours: Sequence[str]
    labels: tuple[str, str, str]


@dataclass(frozen=True)
class Gallery:
    """Images, each enlarged without blur.

    Args:
        alt: what they are, for screen readers.
        groups: in order.
        caption: the text below.
        scale: of their colours, if these stand for values.
    """

    kind: ClassVar[str] = "gallery"

    alt: str
    groups: Sequence[Tiles]
    caption: str
    scale: ColourScale | None = None


@dataclass(frozen=True)
class ForestRow:
    """One line of a forest plot.

    Args:
        label: what it is of.
        value: the estimate; ``None`` for none.
        low: lower limit of its interval.
        high: upper limit.
        text: the numbers.
        below: a smaller second line of the label.
        strong: whether it is emphasised.
        control: whether it is of a control, which is drawn apart.
        reference: another value to mark, such as a published one.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    text: str
    below: str = ""
    strong: bool = False
    control: bool = False
    reference: float | None = None


@dataclass(frozen=True)
class Forest:
    """Estimates with their intervals on one axis.

    Args:
        title: above the figure.
        columns: headings of the labels and of the numbers.
        rows: from the top.
        caption: the text below.
        zero: value of the upright line; ``None`` for none.
        span: values that the axis covers beside its own, so that several figures have one axis.
    """

    kind: ClassVar[str] = "forest"

    title: str
    columns: tuple[str, str]
    rows: Sequence[ForestRow]
    caption: str = ""
    zero: float | None = None
    span: Sequence[float] = ()

    @property
    def values(self) -> list[float]:
        """All estimates, limits and references."""
        return [
            value
            for row in self.rows
            for value in (row.value, row.low, row.high, row.reference)
            if value is not None
        ]

    @property
    def ticks(self) -> list[float]:
        """Round values that span all estimates and intervals."""
        return round_ticks([*self.values, *self.span, *([] if self.zero is None else [self.zero])])

    def place(self, value: float) -> float:
        """Return where on the axis a value stands, in percent of its width."""
        ticks = self.ticks
        return round(100 * (value - ticks[0]) / (ticks[-1] - ticks[0]), 2)


@dataclass(frozen=True)
class MatrixCell:
    """One pair of a matrix.

    Args:
        text: the number.
        short: the same for narrow screens.
        shade: from `-SHADES` to `SHADES`.
        mark: of the conclusion; empty for none.
        words: the whole in words.
    """

    text: str
    short: str
    shade: int
    mark: str
    words: str


@dataclass(frozen=True)
class Matrix:
    """Each of several things against each other, rows against columns.

    Args:
        title: above the figure.
        names: of rows and columns.
        cells: by row and column; ``None`` where there is nothing.
        caption: the text below.
    """

    kind: ClassVar[str] = "matrix"

    title: str
    names: Sequence[str]
    cells: Sequence[Sequence[MatrixCell | None]]
    caption: str


@dataclass(frozen=True)
class Curve:
    """One line of a panel.

    Args:
        colour: number of its colour, from 0; see `LINES`.
        points: across and upwards.
    """

    colour: int
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Curves:
    """Small panels of curves with the same axes, all other panels' curves behind each in grey.

    Args:
        anchor: unique on the page.
        title: above the figure.
        panels: title of each -> its curves.
        legend: what the colours mean.
        unit: of the axis across.
        caption: the text below.
    """

    kind: ClassVar[str] = "curves"

    anchor: str
    title: str
    panels: Mapping[str, Sequence[Curve]]
    legend: Sequence[str]
    unit: str
    caption: str = ""

    @property
    def across(self) -> tuple[float, float]:
        """First and last value across."""
        return _ends(x for curve in self.curves for x, _ in curve.points)

    @property
    def upwards(self) -> tuple[float, float]:
        """Lower and upper end of the axis: a run that diverges does not flatten the others."""
        values = [y for curve in self.curves for _, y in curve.points]
        low, high = _ends(values)
        if len(values) >= _FEWEST:
            first, _, third = statistics.quantiles(values, n=4)
            if reach := _FENCE * (third - first):
                return max(low, first - reach), min(high, third + reach)
        return low, high

    @property
    def is_cut(self) -> bool:
        """Whether a value lies beyond an end of the axis upwards."""
        low, high = self.upwards
        return any(not low <= y <= high for curve in self.curves for _, y in curve.points)

    @property
    def curves(self) -> list[Curve]:
        """All of them."""
        return [curve for curves in self.panels.values() for curve in curves]

    def path(self, curve: Curve) -> str:
        """Return a curve's points in a square of 100, as SVG has them; a single one as a short line."""
        (left, right), (low, high) = self.across, self.upwards
        places = [
            (100 * (x - left) / (right - left), 100 * (high - min(max(y, low), high)) / (high - low))
            for x, y in curve.points
        ]
        if len(places) == 1:
            places.append((places[0][0] + 1, places[0][1]))
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _ends(values: Iterable[float]) -> tuple[float, float]:
    known = list(values) or [0.0]
    low, high = min(known), max(known)
    return low, high if high > low else low + 1.0


def round_ticks(values: Iterable[float]) -> list[float]:
    """Return round values that span the given ones, ascending: at most seven, two for a single value."""
    known = list(values) or [0.0]
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step: float = 10.0 ** math.floor(math.log10(span / 3))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if span / (step * factor) <= 5)
    first, last = math.floor(low / step), math.ceil(high / step)
    last = max(last, first + 1)
    return [round(number * step, 10) for number in range(first, last + 1)]
