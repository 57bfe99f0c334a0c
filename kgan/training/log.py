"""The table of losses of a training run, truncated to the checkpoint on resumption."""

from pathlib import Path

from kgan.files.columns import Integer, NumericRow, Text
from kgan.files.tables import read_table, write_table

#: The tables of a training's folder: losses by step, and a classifier's validation by epoch.
LOSSES_FILE, EPOCHS_FILE = "log.csv", "epochs.csv"


class LogRow(NumericRow):
    """One row of the table; all other columns are losses."""

    step: Integer
    phase: Text


def read_losses(path: Path) -> list[LogRow]:
    """Read a table written by `TrainingLog`.

    Raises:
        DataError: it is missing or not such a table.
    """
    return [row for _, row in read_table(path, LogRow, "a table of losses")]


class TrainingLog:
    """Rows of (step, phase, losses), written atomically at each checkpoint.

    Args:
        path: the CSV file.
        done: step of the resumed checkpoint; later rows of an interrupted run are dropped. ``None`` for a new
            run, which drops all rows. Steps of a warm-up end with 0.
    """

    def __init__(self, path: Path, done: int | None) -> None:
        self.path = path
        self.rows: list[dict[str, str]] = []
        if path.exists() and done is not None:
            for row in read_losses(path):
                if row.step <= done:
                    self.add(row.step, row.phase, row.figures)

    def add(self, step: int, phase: str, values: dict[str, float]) -> None:
        """Append one row; ``values`` are means since the previous row."""
        figures = {name: f"{value:.6g}" for name, value in values.items()}
        self.rows.append({"step": str(step), "phase": phase, **figures})

    def write(self) -> None:
        """Write the file atomically."""
        names = list(dict.fromkeys(name for row in self.rows for name in row)) or ["step", "phase"]
        write_table(self.path, names, ([row.get(name, "") for name in names] for row in self.rows))
