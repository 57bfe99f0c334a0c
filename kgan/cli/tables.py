"""Tables on the terminal."""

import shutil
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

#: Width of tables without a terminal.
_PIPE_WIDTH = 240
#: Width of a line without a terminal, minimum width of a terminal, and minimum width of the last cell.
_LINE, _NARROWEST, _LEAST = 140, 80, 20


def lines(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table with one line per row, so that ``grep`` finds whole rows.

    The last column is truncated to the line, unless it begins with "failed".

    Args:
        columns: headings.
        rows: cells as plain text.
    """
    table = [columns, *rows]
    widths = [max(len(row[number]) for row in table) for number in range(len(columns) - 1)]
    room = max(shutil.get_terminal_size((_LINE, 24)).columns if sys.stdout.isatty() else _LINE, _NARROWEST)
    rendered = []
    for *cells, last in table:
        start = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        left = max(room - len(start) - 2, _LEAST)
        cut = last if len(last) <= left or last.startswith("failed") else last[: left - 1].rstrip() + "…"
        rendered.append(f"{start}  {cut}".rstrip())
    return rendered


def show(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Print a table on stdout.

    Args:
        columns: headings.
        rows: cells as plain text; the last column takes the remaining width.
        title: above the table.
    """
    console = Console(highlight=False)
    has_terminal = console.is_terminal
    if not has_terminal:
        console = Console(highlight=False, width=_PIPE_WIDTH)
    heading = Text(title) if title else None
    table = Table(title=heading, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if has_terminal:
        console.print(table)
        return
    with console.capture() as capture:
        console.print(table)
    print(*(line.rstrip() for line in capture.get().splitlines()), sep="\n")
