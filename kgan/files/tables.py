"""CSV tables: written whole or not at all, and read by one strict reader with a typed schema.

The format is RFC 4180 in UTF-8 with a header and a line for each row: commas between fields, a point in
numbers, no line break in a field. Anything else is refused with file and line: a table that can be read in
two ways is read in the wrong one some day (docs/decisions/020).
"""

import codecs
import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Generic, TypeVar, get_args

from pydantic import ValidationError

from kgan.errors import DataError
from kgan.files import atomic
from kgan.files.columns import Row
from kgan.files.disk import explaining

_R = TypeVar("_R", bound=Row)
#: Control characters that belong in no table; NUL is what UTF-16 without a mark shows.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_BREAKS = str.maketrans({"\n": "\\n", "\r": "\\r"})
_SAVE = "save it again as “CSV UTF-8 (comma delimited)”"


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV table with a header; line breaks inside of fields are escaped.

    Raises:
        RunError: the disk is full or the folder cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        [field.translate(_BREAKS) if isinstance(field, str) else field for field in row] for row in rows
    )
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


class Table(Generic[_R]):
    """A table that one step writes and others read: its file and its columns are stated once.

    Args:
        file: name in the step's folder.
        row: the columns, in their order.
    """

    def __init__(self, file: str, row: type[_R]) -> None:
        self.file, self.row = file, row

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the header."""
        return tuple(_columns(self.row))

    def write(self, folder: Path, rows: Iterable[_R]) -> None:
        """Write the table whole: see `write_records` for how values are written.

        Raises:
            RunError: the disk is full or the folder cannot be written.
        """
        write_records(folder / self.file, self.columns, (row.model_dump(by_alias=True) for row in rows))

    def read(self, folder: Path) -> list[_R]:
        """Read the table; no rows where the step wrote none.

        Raises:
            DataError: it is not as the columns ask.
        """
        path = folder / self.file
        return [row for _, row in read_table(path, self.row, "a table of a step")] if path.is_file() else []


def _written(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else ""
    return "" if value is None else value


def read_table(path: Path, row: type[_R], what: str) -> Iterator[tuple[str, _R]]:
    """Yield the place of each line, for messages, and its fields by the schema.

    Args:
        path: CSV file with a header.
        row: the schema. Columns that it does not name are passed over; blanks around a field are no part of
            it.
        what: what the table is, with its article, for messages.

    Raises:
        DataError: the file is missing, or a line is not as the format or the schema asks: the message names
            the file, the line, what was expected, what was received, and what to do.
    """
    lines = _fields(path, row, what)
    where, names = next(lines)
    _check_header(where, names, row)
    wanted = [(at, name) for at, name in enumerate(names) if name in _columns(row) or _extra(row, name)]
    unnamed = [at for at, name in enumerate(names) if at and not name]
    for where, fields in lines:
        if len(fields) != len(names):
            raise DataError(f"{where}: {_miscounted(fields, names)}")
        for at in unnamed:
            if fields[at]:
                raise DataError(
                    f"{where}: column {at + 1} has no name; expected nothing in it, received {fields[at]!r}. "
                    "Name the column, or remove it"
                )
        try:
            yield where, row.model_validate({name: fields[at] for at, name in wanted})
        except ValidationError as error:
            raise DataError(f"{where}: {_mistyped(error, row)}") from None


def _columns(row: type[Row]) -> dict[str, bool]:
    """Return the names of a schema's columns, and whether the header must have them."""
    return {field.alias or name: field.is_required() for name, field in row.model_fields.items()}


def _extra(row: type[Row], name: str) -> bool:
    return bool(name) and row.model_config.get("extra") == "allow"


def _fields(path: Path, row: type[Row], what: str) -> Iterator[tuple[str, list[str]]]:
    """Yield place and fields of each line that is not blank, the header first."""
    header = ",".join(_columns(row))
    try:
        with path.open("rb") as file:
            empty = True
            for number, raw in enumerate(file, 1):
                where = f"{path}, line {number}"
                fields = _split(_decoded(raw, number == 1, where), where)
                if any(fields) or len(fields) > 1:
                    empty = False
                    yield where, fields
    except FileNotFoundError:
        raise DataError(f"no {what.partition(' ')[2]} {path}: expected a CSV file {header}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read as {what}: {error.strerror or error}") from error
    if empty:
        raise DataError(f"{path}, line 1: the file is empty; expected {what} with the header {header}")


def _decoded(raw: bytes, first: bool, where: str) -> str:
    if first and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(f"{where}: received UTF-16 text, as “Unicode text” of a spreadsheet is; {_SAVE}")
    try:
        text = raw.removeprefix(codecs.BOM_UTF8 if first else b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{where}: expected UTF-8 text, received byte 0x{raw[error.start]:02x}; the file has another "
            f"encoding, as plain “CSV” of a spreadsheet has: {_SAVE}"
        ) from None
    control = _CONTROL.search(text)
    if control:
        raise DataError(
            f"{where}: expected text, received the control character 0x{ord(control[0]):02x}; the file is "
            f"damaged or of another encoding, such as UTF-16: {_SAVE}"
        )
    return text.rstrip("\r\n")


def _split(line: str, where: str) -> list[str]:
    if "\r" in line:
        raise DataError(f"{where}: lines end with a carriage return alone; expected line feeds: {_SAVE}")
    try:
        fields = next(csv.reader([line], strict=True, skipinitialspace=True), [])
    except csv.Error as error:
        open_quote = "unexpected end" in str(error)
        reason = "a quote opens and does not close on the line" if open_quote else f"no CSV ({error})"
        raise DataError(
            f"{where}: {reason}; expected fields separated by commas, a text that has a comma or a quote in "
            "quotes, quotes within doubled, no line break within: write the line so"
        ) from None
    return [field.strip() for field in fields]


def _check_header(where: str, names: Sequence[str], row: type[Row]) -> None:
    columns = _columns(row)
    repeated = [name for at, name in enumerate(names) if name and name in names[:at]]
    if repeated:
        raise DataError(f"{where}: column {repeated[0]!r} is there twice; expected each once. Remove one")
    missing = [name for name, needed in columns.items() if needed and name not in names]
    if missing:
        raise DataError(
            f"{where}: no column {' and no column '.join(missing)}; expected the header {','.join(columns)}, "
            f"received {','.join(names)}{_separated(names)}"
        )


def _separated(names: Sequence[str]) -> str:
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if any(separator in part for part in names):
            return f"; columns are separated by {name}, expected commas (and a point in numbers): {_SAVE}"
    return ""


def _miscounted(fields: Sequence[str], names: Sequence[str]) -> str:
    comma = any(
        _DECIMAL_COMMA.fullmatch(f"{left},{right}") for left, right in zip(fields, fields[1:], strict=False)
    )
    way_out = (
        "a decimal comma would be such a field: write numbers with a point, texts with a comma in quotes"
        if comma and len(fields) > len(names)
        else "write one for each column, empty where there is nothing, texts with a comma in quotes"
    )
    return (
        f"expected {len(names)} fields, one for each column of the header, received {len(fields)} "
        f"({_short(','.join(fields))}); {way_out}"
    )


def _mistyped(error: ValidationError, row: type[Row]) -> str:
    first = error.errors()[0]
    name, text = str(first["loc"][0]), str(first["input"])
    expected = str(first.get("ctx", {}).get("error", first["msg"]))
    field = next((info for key, info in row.model_fields.items() if name in (key, info.alias)), None)
    nothing = " or nothing" if field and type(None) in get_args(field.annotation) else ""
    comma = "; write a decimal point, no comma" if _DECIMAL_COMMA.fullmatch(text) else ""
    return f"{name} is {_short(text)!r}, expected {expected}{nothing}{comma}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
