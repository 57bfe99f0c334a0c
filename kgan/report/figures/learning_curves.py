"""Learning curves from the training logs."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kgan.files.atomic import replacing
from kgan.files.tables import write_table
from kgan.pipeline.records.run_folder import read_table
from kgan.report.elements import LINES, Curve, Curves
from kgan.training.log import EPOCHS_FILE, LogRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe and Ito's colours, distinguishable for the colour-blind.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#444444")
INK, FAINT = "#222831", "#c8ccd2"
_MAX_PHASE_NAMES = 8


@dataclass(frozen=True)
class Log:
    """The log of one training run, by columns.

    Args:
        axis: unit of the rows, ``"step"`` or ``"epoch"``.
        at: steps or epochs of the rows.
        phases: phase names of the rows; empty strings if the training run has no phases.
        values: column name -> one value per row, NaN if missing.
    """

    axis: str
    at: tuple[float, ...]
    phases: tuple[str, ...]
    values: Mapping[str, tuple[float, ...]]


def read_log(path: Path) -> Log | None:
    """Read a ``log.csv`` or ``epochs.csv``; ``None`` if it is missing or empty.

    Raises:
        DataError: it is not a table of losses.
    """
    rows = read_table(path, LogRow)
    if not rows:
        return None
    names = dict.fromkeys(name for row in rows for name in row.figures)
    values = {name: tuple(row.figures.get(name, math.nan) for row in rows) for name in names}
    if path.name == EPOCHS_FILE:
        # One row per epoch; the phase is its number, counted from 0. Steps are not comparable, because setups
        # have epochs of different lengths.
        return Log("epoch", tuple(float(row.phase) + 1 for row in rows), ("",) * len(rows), values)
    return Log("step", tuple(float(row.step) for row in rows), tuple(row.phase for row in rows), values)


def draw_losses(logs: Mapping[str, Log], path: Path) -> None:
    """Draw each loss of one or more training runs of the same kind in a separate panel.

    Args:
        logs: label (such as a class) -> its log; they share the panels.
        path: the PNG file, replaced atomically.
    """
    names = list(dict.fromkeys(name for log in logs.values() for name in log.values if _any(log, name)))
    figure, panels = _panels(max(1, len(names)))
    first, last = min(log.at[0] for log in logs.values()), max(log.at[-1] for log in logs.values())
    span = (first, last if last > first else first + 1)
    for panel, name in zip(panels, names, strict=False):
        panel.set_title(name.replace("_", " "), loc="left", fontsize=10, color=INK)
        for colour, (label, log) in zip(_cycle(len(logs)), logs.items(), strict=True):
            if name in log.values:
                panel.plot(log.at, log.values[name], color=colour, linewidth=1.4, label=label)
        # One range for all panels: a loss that exists only in later phases is drawn at their position.
        panel.set_xlim(*span)
        if len({tuple(dict.fromkeys(log.phases)) for log in logs.values()}) == 1:
            _mark_phases(panel, next(iter(logs.values())))
    _finish(figure, panels, logs, path)


def small_panels(
    logs: Mapping[str, Mapping[str, Sequence[Log]]], column: str, anchor: str, caption: str = ""
) -> Curves:
    """Return one column of many training runs as small panels.

    Args:
        logs: title of a panel -> what a colour stands for -> the logs of one run or several; logs without the
            column have no curve.
        column: the quantity to draw.
        anchor: unique on the page.
        caption: the text below.
    """
    kinds = list(dict.fromkeys(kind for panel in logs.values() for kind in panel))
    panels = {
        title: [
            Curve(kinds.index(kind) % LINES, points)
            for kind, runs in panel.items()
            for log in runs
            if (points := _curve(log, column))
        ]
        for title, panel in logs.items()
    }
    unit = next((log.axis for panel in logs.values() for runs in panel.values() for log in runs), "step")
    legend = kinds if len(kinds) > 1 else []
    return Curves(anchor, column.replace("_", " "), panels, legend, unit, caption)


def _curve(log: Log, column: str) -> list[tuple[float, float]]:
    values = log.values.get(column, ())
    return [(at, value) for at, value in zip(log.at, values, strict=False) if math.isfinite(value)]


def write_logs(logs: Mapping[str, Log], path: Path) -> None:
    """Write the data of a figure of learning curves as a CSV table, one row per point of a training run.

    Args:
        logs: label -> its log.
        path: the file, replaced atomically.
    """
    names = list(dict.fromkeys(name for log in logs.values() for name in log.values))
    axis = next((log.axis for log in logs.values()), "step")
    write_table(path, ("run", axis, "phase", *names), _points(logs, names))


def _points(logs: Mapping[str, Log], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for label, log in logs.items():
        for row, (at, phase) in enumerate(zip(log.at, log.phases, strict=True)):
            values = (log.values[name][row] if name in log.values else math.nan for name in names)
            cells = (f"{value:.6g}" if math.isfinite(value) else "" for value in values)
            yield (label, f"{at:g}", phase, *cells)


def _panels(count: int) -> tuple["Figure", list["Axes"]]:
    from matplotlib.figure import Figure

    columns = 3 if count == 3 else min(count, 2)
    lines = math.ceil(count / columns)
    figure = Figure(figsize=(10.0, 2.5 * lines + 0.5 if count > 1 else 3.4), dpi=120, layout="constrained")
    panels = [figure.add_subplot(lines, columns, number + 1) for number in range(count)]
    for panel in panels:
        panel.spines[["top", "right"]].set_visible(False)
        panel.grid(color=FAINT, linewidth=0.5, alpha=0.6)
        panel.tick_params(labelsize=8, colors=INK)
    return figure, panels


def _mark_phases(panel: "Axes", log: Log) -> None:
    starts = [i for i, phase in enumerate(log.phases) if phase and (i == 0 or phase != log.phases[i - 1])]
    if len(starts) < 2:
        return
    for start in starts[1:]:
        panel.axvline((log.at[start - 1] + log.at[start]) / 2, color=FAINT, linewidth=0.8, zorder=0)
    for start in starts if len(starts) <= _MAX_PHASE_NAMES else ():
        panel.annotate(
            log.phases[start],
            (log.at[start], 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(1, -2),
            textcoords="offset points",
            rotation=90,
            va="top",
            fontsize=6,
            color="#777777",
        )


def _finish(figure: "Figure", panels: Sequence["Axes"], logs: Mapping[str, Log], path: Path) -> None:
    for panel in panels:
        panel.set_xlabel(next((log.axis for log in logs.values()), "step"), fontsize=9, color=INK)
    if len(logs) > 1:
        handles, labels = panels[0].get_legend_handles_labels()
        columns = min(4, len(labels)) or 1
        figure.legend(handles, labels, loc="outside lower left", ncols=columns, fontsize=8, frameon=False)
    with replacing(path) as aside:
        figure.savefig(aside, format="png", metadata={"Software": None})


def _cycle(count: int) -> list[str]:
    return [COLOURS[number % len(COLOURS)] for number in range(count)]


def _any(log: Log, name: str) -> bool:
    return any(math.isfinite(value) for value in log.values[name])
