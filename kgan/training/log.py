"""The table of losses beside a training, cut back to the checkpoint a resumed one goes on from."""

from pathlib import Path

from kgan.files.columns import Integer, NumericRow, Text
from kgan.files.tables import read_table, write_table

#: The tables of a training's folder: losses by step, and a classifier's validation by epoch.
LOSSES_FILE, EPOCHS_FILE = "log.csv", "epochs.csv"


class Logged(NumericRow):
    """One row of the table; the columns beside these are losses."""

    step: Integer
    phase: Text


def read_losses(path: Path) -> list[Logged]:
    """Read a table written by `TrainingLog`.

    Raises:
        DataError: it is missing or not such a table.
    """
    return [row for _, row in read_table(path, Logged, "a table of losses")]


class TrainingLog:
    """Rows of (step, phase, losses), written whole at each checkpoint.

    Args:
        path: the CSV file.
        done: step that the training goes on from; later rows of an interrupted try are dropped, and all of
            them where it is ``None`` and the training begins. Steps of a warm-up end with 0.
    """

    def __init__(self, path: Path, done: int | None) -> None:
        self.path = path
        self.rows: list[dict[str, str]] = []
        if path.exists() and done is not None:
            for row in read_losses(path):
                if row.step <= done:
                    self.add(row.step, row.phase, row.figures)

    def add(self, step: int, phase: str, values: dict[str, float]) -> None:
        """Append one row; ``values`` are means since the row before."""
        figures = {name: f"{value:.6g}" for name, value in values.items()}
        self.rows.append({"step": str(step), "phase": phase, **figures})

    def write(self) -> None:
        """Write the file, whole."""
        names = list(dict.fromkeys(name for row in self.rows for name in row)) or ["step", "phase"]
        write_table(self.path, names, ([row.get(name, "") for name in names] for row in self.rows))
