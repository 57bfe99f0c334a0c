"""The table of measures as a file: one row for each measure of each pool."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kgan.analyses.fidelity.metrics.all_metrics import FidelityMetric
from kgan.files.tables import write_records

COLUMNS = (
    *("pool", "against", "measure", "value", "low", "high", "baseline", "matched"),
    *("difference", "difference_low", "difference_high", "p", "features"),
    *("real_images", "patients", "synthetic_images", "image_size", "neighbours", "note"),
)


def rows(found: Iterable[FidelityMetric], about: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return rows of `COLUMNS`.

    Args:
        found: measures.
        about: the columns that are the same for all of them.
    """
    return [{**about, "measure": one.name, **asdict(one)} for one in found]


def write(path: Path, table: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as CSV, whole or not at all.

    Raises:
        RunError: the disk is full or the folder cannot be written.
    """
    write_records(path, COLUMNS, table)
