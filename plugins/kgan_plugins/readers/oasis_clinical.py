"""The clinical table of OASIS-1: who is demented."""

from pathlib import Path

from kgan.data.identifiers import canonical
from kgan.data.tables import read_table
from kgan.errors import DataError

NONDEMENTED, DEMENTED, UNKNOWN = 0, 1, -1

_COLUMNS = ("ID", "CDR")
#: Clinical dementia rating: none, very mild, mild, moderate, severe.
_RATINGS = (0, 0.5, 1, 2, 3)


def read_dementia(path: Path) -> dict[str, int]:
    """Read who is demented: a clinical dementia rating (CDR) above 0.

    Args:
        path: ``oasis_cross-sectional.csv`` as the project offers it, with the columns ID and CDR at least.

    Returns:
        dict: class by session, such as ``OAS1_0001_MR1``, in its canonical form; `UNKNOWN` where there is no
        rating, as for the young.

    Raises:
        DataError: the file is missing, is no such table, or holds another rating, or two of a session.
    """
    found: dict[str, int] = {}
    for where, (session, rating) in read_table(path, _COLUMNS, 2, "a clinical table of OASIS-1"):
        try:
            value = None if rating.lower() in ("", "n/a", "nan") else float(rating)
        except ValueError:
            value = -1.0
        if value is not None and value not in _RATINGS:
            expected = ", ".join(f"{known:g}" for known in _RATINGS)
            raise DataError(f"{where}: CDR is {rating!r}, expected {expected} or nothing")
        label = UNKNOWN if value is None else DEMENTED if value else NONDEMENTED
        if found.setdefault(canonical(session), label) != label:
            raise DataError(
                f"{where}: {session} has another CDR in a line before; keep the one that is right"
            )
    return found
