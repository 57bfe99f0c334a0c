"""Small CSV tables: written whole or not at all; a user's read with the line of each mistake."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kgan import atomic
from kgan.data.disk import explaining
from kgan.errors import DataError


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


def write_records(path: Path, columns: Sequence[str], records: Iterable[Mapping[str, object]]) -> None:
    """Write a CSV table of records: six significant digits, yes or no, and nothing for what is undefined.

    Args:
        path: the file, replaced whole.
        columns: in this order; what a record has beside them is passed over, what it lacks is left empty.
        records: column -> value.

    Raises:
        RunError: the disk is full or the folder cannot be written.
    """
    write_table(path, columns, ([_written(record.get(column)) for column in columns] for record in records))


def _written(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else value


def read_table(path: Path, columns: Sequence[str], needed: int, what: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the place of each line of a user's table, for messages, and its fields without blanks.

    Args:
        path: CSV file with a header.
        columns: whose fields are wanted, in this order; others are passed over.
        needed: how many of them, the first ones, must be there; the fields of others are then empty.
        what: what the table is, with its article, for messages.

    Raises:
        DataError: the file is missing or no such table.
    """
    rows = csv.DictReader(
        io.StringIO(_text(path, columns, what), newline=""), restval="", skipinitialspace=True
    )
    try:
        names = rows.fieldnames or ()
        missing = [column for column in columns[:needed] if column not in names]
        if missing:
            raise DataError(
                f"{path}, line 1: no column {' and no column '.join(missing)}; expected the header "
                f"{','.join(columns)}, received {','.join(names) or 'nothing'}"
            )
        for row in rows:
            fields = [str(row.get(column) or "").strip() for column in columns]
            yield f"{path}, line {rows.line_num}", fields
    except csv.Error as error:
        raise DataError(f"{path}, line {rows.line_num}: no CSV ({error})") from error


def _text(path: Path, columns: Sequence[str], what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(
            f"no {what.partition(' ')[2]} {path}: expected a CSV file {','.join(columns)}"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as {what}: {error}") from error
