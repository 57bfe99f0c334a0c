"""The figure of a comparison: each classifier's rates with their intervals, one panel a metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kgan.analyses.comparison.tables import METRICS
from kgan.files import atomic
from kgan.stats.classification import Classification
from kgan.stats.proportions import CONFIDENCE

# Blue, vermilion, bluish green, purple of Okabe and Ito's palette; markers differ as well.
_STYLES = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"), ("#CC79A7", "D"))
_ROW = 0.42
_SPREAD = 0.5


@dataclass(frozen=True)
class Row:
    """One classifier of the figure.

    Args:
        setup: what it was trained on; rows of one setup share a line of the figure.
        variant: how it was trained; one colour and marker each.
        measured: its performance.
        published: published rates in [0, 1] by metric, where there are any.
        control: "positive" or "negative" where the setup is a control; empty otherwise.
    """

    setup: str
    variant: str
    measured: Classification
    published: Mapping[str, float] = field(default_factory=dict)
    control: str = ""

    @property
    def label(self) -> str:
        """Name of its line of the figure."""
        return f"{self.setup} ({self.control} control)" if self.control else self.setup


def draw_forest(path: Path, rows: Sequence[Row]) -> None:
    """Draw all rows and write the figure as PNG, whole or not at all."""
    setups = list(dict.fromkeys(row.label for row in rows))
    variants = list(dict.fromkeys(row.variant for row in rows))
    figure = Figure(figsize=(11, 1.9 + _ROW * max(len(setups), 2) * (1 + 0.25 * (len(variants) - 1))))
    canvas = FigureCanvasAgg(figure)
    for place, metric in enumerate(METRICS):
        axes = figure.add_subplot(1, len(METRICS), place + 1)
        _panel(axes, metric, rows, setups, variants)
        axes.set_yticks(range(len(setups)), [_plain(setup) if place == 0 else "" for setup in setups])
        axes.set_ylim(len(setups) - 0.5, -0.5)
    _legend(figure, rows, variants)
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.42 / figure.get_figheight()))
    with atomic.replacing(path) as aside:
        canvas.print_figure(aside, format="png", dpi=150)


def _panel(
    axes: Axes, metric: str, rows: Sequence[Row], setups: Sequence[str], variants: Sequence[str]
) -> None:
    for row in rows:
        style = variants.index(row.variant)
        offset = 0.0 if len(variants) == 1 else _SPREAD * (style / (len(variants) - 1) - 0.5)
        _mark(axes, row, metric, setups.index(row.label) + offset, style)
    counts = {getattr(row.measured, metric).n for row in rows}
    axes.set_title(metric)
    axes.set_xlabel("%" + (f" of {counts.pop()} test images" if len(counts) == 1 else " of the test images"))
    axes.grid(axis="x", color="0.88")
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _mark(axes: Axes, row: Row, metric: str, height: float, style: int) -> None:
    colour, marker = _STYLES[style % len(_STYLES)]
    value, among = getattr(row.measured, metric).value, row.measured.by_patient[metric]
    if among.low is not None and among.high is not None:
        axes.plot([100 * among.low, 100 * among.high], [height, height], color=colour, linewidth=2)
    if value is not None:
        axes.plot(100 * value, height, marker, color=colour, markersize=6)
    if metric in row.published:
        axes.plot(100 * row.published[metric], height, "|", color="0.25", markersize=12, markeredgewidth=1.5)


def _legend(figure: Figure, rows: Sequence[Row], variants: Sequence[str]) -> None:
    axes = figure.axes[0]
    entries = []
    for style, variant in enumerate(variants):
        colour, marker = _STYLES[style % len(_STYLES)]
        label = f"{_plain(variant) or 'measured'}, {CONFIDENCE:.0%} interval, patient-level"
        entries += axes.plot([], [], marker=marker, color=colour, linewidth=2, label=label)
    if any(row.published for row in rows):
        bar: dict[str, Any] = {
            "marker": "|",
            "color": "0.25",
            "markersize": 12,
            "linestyle": "none",
            "markeredgewidth": 1.5,
        }
        entries += axes.plot([], [], label="published", **bar)
    figure.legend(handles=entries, loc="upper center", ncols=len(entries), frameon=False)


def _plain(name: str) -> str:
    """Keep a user's dollar signs from being read as mathematics."""
    return name.replace("$", r"\$")
