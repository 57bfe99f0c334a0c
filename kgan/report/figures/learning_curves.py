"""Learning curves drawn from the tables that trainings leave."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kgan.files.atomic import replacing
from kgan.files.tables import write_table
from kgan.pipeline.run_folder import read_table
from kgan.training.log import Logged

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe and Ito's colours, which the colour-blind tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#444444")
INK, FAINT = "#222831", "#c8ccd2"
#: A classifier's table of epochs; its steps are no measure, as setups have epochs of different lengths.
EPOCHS = "epochs.csv"
_MOST_PHASE_NAMES = 8


@dataclass(frozen=True)
class Log:
    """One training's table, by columns.

    Args:
        axis: what the rows are counted in, ``"step"`` or ``"epoch"``.
        at: the rows' steps or epochs.
        phases: the rows' phase names; empty strings where the training has none.
        values: column name -> one figure a row, NaN where it has none.
    """

    axis: str
    at: tuple[float, ...]
    phases: tuple[str, ...]
    values: Mapping[str, tuple[float, ...]]


def read_log(path: Path) -> Log | None:
    """Read a ``log.csv`` or ``epochs.csv``; ``None`` where it is missing or has no row.

    Raises:
        DataError: it is no table of losses.
    """
    rows = read_table(path, Logged)
    if not rows:
        return None
    names = dict.fromkeys(name for row in rows for name in row.figures)
    values = {name: tuple(row.figures.get(name, math.nan) for row in rows) for name in names}
    if path.name == EPOCHS:
        # A row an epoch; the phase is its number, counted from 0.
        return Log("epoch", tuple(float(row.phase) + 1 for row in rows), ("",) * len(rows), values)
    return Log("step", tuple(float(row.step) for row in rows), tuple(row.phase for row in rows), values)


def draw_losses(logs: Mapping[str, Log], path: Path) -> None:
    """Draw each loss of one or more trainings of the same kind in a panel of its own.

    Args:
        logs: label (a class, say) -> its log; they share the panels.
        path: the PNG file, replaced whole.
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
        # One range for all panels: a loss that only later phases have stands where they are.
        panel.set_xlim(*span)
        if len({tuple(dict.fromkeys(log.phases)) for log in logs.values()}) == 1:
            _mark_phases(panel, next(iter(logs.values())))
    _finish(figure, panels, logs, path)


def draw_together(logs: Mapping[str, Log], column: str, path: Path) -> None:
    """Draw one column of several trainings (setups, say) in one panel.

    Args:
        logs: label -> its log; logs without the column are left out.
        column: which figure to draw.
        path: the PNG file, replaced whole.
    """
    drawn = {label: log for label, log in logs.items() if column in log.values}
    figure, (panel,) = _panels(1)
    panel.set_title(column.replace("_", " "), loc="left", fontsize=10, color=INK)
    for number, (colour, (label, log)) in enumerate(zip(_cycle(len(drawn)), drawn.items(), strict=True)):
        style = "-" if number < len(COLOURS) else "--"
        panel.plot(log.at, log.values[column], style, color=colour, linewidth=1.4, label=label)
    _finish(figure, [panel], drawn, path)


def write_logs(logs: Mapping[str, Log], path: Path) -> None:
    """Write what a figure of learning curves shows as a CSV table, a row for each point of a training.

    Args:
        logs: label -> its log.
        path: the file, replaced whole.
    """
    names = list(dict.fromkeys(name for log in logs.values() for name in log.values))
    axis = next((log.axis for log in logs.values()), "step")
    write_table(path, ("training", axis, "phase", *names), _points(logs, names))


def _points(logs: Mapping[str, Log], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for label, log in logs.items():
        for row, (at, phase) in enumerate(zip(log.at, log.phases, strict=True)):
            found = (log.values[name][row] if name in log.values else math.nan for name in names)
            yield (label, f"{at:g}", phase, *(f"{one:.6g}" if math.isfinite(one) else "" for one in found))


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
    for start in starts if len(starts) <= _MOST_PHASE_NAMES else ():
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
