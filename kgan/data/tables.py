"""Small CSV tables: written whole or not at all."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from kgan import atomic
from kgan.data.disk import explaining


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV table with a header.

    Raises:
        RunError: the disk is full or the folder cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    with explaining(path):
        atomic.write_text(path, text.getvalue())
