"""The clinical table of OASIS-1: who is demented."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from kgan.errors import DataError
from kgan.files.columns import Name, Row
from kgan.files.tables import read_table
from kgan.identifiers import canonical

NONDEMENTED, DEMENTED, UNKNOWN = 0, 1, -1

#: Clinical dementia rating: none, very mild, mild, moderate, severe.
_RATINGS = (0, 0.5, 1, 2, 3)


def _rating(text: str) -> float | None:
    if text.lower() in ("", "n/a", "nan"):
        return None
    try:
        return _RATINGS[_RATINGS.index(float(text))]
    except ValueError:
        raise ValueError(", ".join(f"{known:g}" for known in _RATINGS)) from None


class Session(Row):
    """One line of the table, of its columns those that are wanted."""

    ID: Name
    CDR: Annotated[float | None, BeforeValidator(_rating)]


def read_dementia(path: Path) -> dict[str, int]:
    """Read who is demented: a clinical dementia rating (CDR) above 0.

    Args:
        path: ``oasis_cross-sectional.csv`` as the project offers it, with the columns ID and CDR at least.

    Returns:
        dict: class by session, such as ``OAS1_0001_MR1``, in its canonical form; `UNKNOWN` where there is no
        rating, as for the young.

    Raises:
        DataError: the file is missing, is no such table, or holds another rating or two for one session.
    """
    labels: dict[str, int] = {}
    for where, row in read_table(path, Session, "a clinical table of OASIS-1"):
        label = UNKNOWN if row.CDR is None else DEMENTED if row.CDR else NONDEMENTED
        if labels.setdefault(canonical(row.ID), label) != label:
            raise DataError(f"{where}: {row.ID} has another CDR in a line before; expected one. Remove one")
    return labels
