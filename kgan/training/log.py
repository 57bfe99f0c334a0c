"""The table of losses beside a training, cut back to the checkpoint a resumed one goes on from."""

import csv
import io
from pathlib import Path

from kgan.atomic import write_text


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
            with path.open(newline="") as file:
                self.rows = [row for row in csv.DictReader(file) if int(row["step"]) <= done]

    def add(self, step: int, phase: str, values: dict[str, float]) -> None:
        """Append one row; ``values`` are means since the row before."""
        figures = {name: f"{value:.6g}" for name, value in values.items()}
        self.rows.append({"step": str(step), "phase": phase, **figures})

    def write(self) -> None:
        """Write the file, whole."""
        names = dict.fromkeys(name for row in self.rows for name in row)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(names) or ["step", "phase"], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        write_text(self.path, text.getvalue())
