"""The figure of equivalent patients: accuracy over real patients, without and with a synthetic pool."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kgan.analyses.patient_equivalence.quantity import EquivalentPatients
from kgan.analyses.patient_equivalence.wording import censored_text, interval
from kgan.files.atomic import replacing
from kgan.report.formatting import number_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Blue and vermilion of Okabe and Ito's palette; marker and line differ as well.
_STYLES = (("#0072B2", "o", "-"), ("#D55E00", "s", "--"))
# Where the curves meet, the larger marker shows behind the smaller one.
_MARKERS = {"o": 10, "s": 6}
#: Of the height, for the words in the corner.
_ROOM = 0.12
#: Of the width, between labels of the numbers of patients.
_DISTANCE = 0.05
_INK, _FAINT = "#222831", "#c8ccd2"


@dataclass(frozen=True)
class Curve:
    """One side of the figure; every sequence has one entry a number of patients, shares in [0, 1].

    Args:
        label: what it is called.
        measured: accuracies.
        fitted: of the monotone curve.
        low: lower limits; ``None`` where there is none.
        high: upper limits.
    """

    label: str
    measured: Sequence[float]
    fitted: Sequence[float]
    low: Sequence[float | None]
    high: Sequence[float | None]


def draw_equivalent(
    path: Path, sizes: Sequence[int], curves: tuple[Curve, Curve], estimates: Sequence[EquivalentPatients]
) -> None:
    """Draw both curves and write the figure as PNG, whole or not at all.

    An arrow shows the estimate at the fewest patients where that is a number other than 0; the corner states
    it in words.

    Args:
        path: the PNG file.
        sizes: numbers of real patients, ascending.
        curves: without and with the pool.
        estimates: one for each of the sizes.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.6, 4.2), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for curve, style in zip(curves, _STYLES, strict=True):
        _draw(axes, sizes, curve, *style)
    _arrow(axes, curves[1], estimates)
    _name(axes, sizes, curves)
    _frame(axes, sizes)
    with replacing(path) as aside:
        canvas.print_figure(aside, format="png", dpi=200)


def _draw(axes: "Axes", sizes: Sequence[int], curve: Curve, colour: str, marker: str, line: str) -> None:
    known = [
        (size, 100 * low, 100 * high)
        for size, low, high in zip(sizes, curve.low, curve.high, strict=True)
        if low is not None and high is not None
    ]
    if known:
        at, low, high = zip(*known, strict=True)
        axes.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
        for ends in (low, high):
            axes.plot(at, ends, color=colour, linewidth=0.8, alpha=0.5, linestyle=line)
    axes.plot(sizes, [100 * accuracy for accuracy in curve.fitted], color=colour, linewidth=2, linestyle=line)
    measured = [100 * accuracy for accuracy in curve.measured]
    axes.plot(
        sizes, measured, marker, color=colour, markersize=_MARKERS[marker], markeredgecolor="white", zorder=4
    )


def _arrow(axes: "Axes", curve: Curve, estimates: Sequence[EquivalentPatients]) -> None:
    """Lead from the curve with the pool to as many patients as do equally well without it; state it."""
    drawn = [
        (estimate, height)
        for estimate, height in zip(estimates, curve.fitted, strict=True)
        if not estimate.value.beyond and round(estimate.value.number)
    ]
    if drawn:
        estimate, height = drawn[0]
        start, end = ((estimate.patients + change, 100 * height) for change in (0.0, estimate.value.number))
        style = {"arrowstyle": "->", "color": _INK, "linewidth": 1.6, "shrinkA": 5, "shrinkB": 0}
        axes.annotate("", end, start, arrowprops=style, zorder=5)
    else:
        estimate = estimates[0]
    beside = f"with {number_of(estimate.patients, 'patient')} the pool is equivalent to"
    text = f"{beside} {censored_text(estimate.value)}"
    if estimate.low is not None and estimate.high is not None:
        text += f"\n95 % interval {interval(estimate.low, estimate.high)}"
    # Learning curves rise, so this corner is free; `_frame` leaves some room below.
    place: dict[str, Any] = {"ha": "right", "va": "bottom", "fontsize": 10, "color": _INK, "zorder": 6}
    axes.text(0.985, 0.02, "arrow: " * bool(drawn) + text, transform=axes.transAxes, **place)


def _name(axes: "Axes", sizes: Sequence[int], curves: tuple[Curve, Curve]) -> None:
    """Write the names at the right ends, the upper curve's above it and the lower one's below."""
    upper = curves[1].fitted[-1] >= curves[0].fitted[-1]
    for curve, (colour, *_), above in zip(curves, _STYLES, (not upper, upper), strict=True):
        axes.annotate(
            curve.label.replace("$", r"\$"),
            (sizes[-1], 100 * curve.fitted[-1]),
            (10, 3 if above else -3),
            textcoords="offset points",
            va="bottom" if above else "top",
            fontsize=11,
            color=colour,
            annotation_clip=False,
        )


def _frame(axes: "Axes", sizes: Sequence[int]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(list(sizes), _labels(sizes))
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom - _ROOM * (top - bottom), min(top, 101.0))
    axes.set_xticks([], minor=True)
    axes.set_xlabel("real patients trained on (logarithmic)", fontsize=11, color=_INK)
    axes.set_ylabel("accuracy on test images, %", fontsize=11, color=_INK)
    axes.tick_params(labelsize=10, colors=_INK)
    axes.grid(color=_FAINT, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _labels(sizes: Sequence[int]) -> list[str]:
    """Return the sizes as labels, empty where they would overlap; the ends always have one."""
    places = np.log(sizes) - np.log(sizes[0])
    places /= places[-1]
    last, labels = 0.0, [f"{sizes[0]:,}"]
    for size, place in zip(sizes[1:-1], places[1:-1], strict=True):
        free = place - last >= _DISTANCE and 1 - place >= _DISTANCE
        last = place if free else last
        labels.append(f"{size:,}" if free else "")
    return [*labels, f"{sizes[-1]:,}"]
