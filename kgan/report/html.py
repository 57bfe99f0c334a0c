"""Self-contained pages: Jinja2 templates of this package, escaped, with pictures inlined."""

import base64
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Args:
        text: the main line.
        below: a smaller second line.
        strong: whether it stands out.
        title: shown while the pointer rests on it.
    """

    text: str
    below: str = ""
    strong: bool = False
    title: str = ""


@dataclass(frozen=True)
class Table:
    """A table of a page.

    Args:
        columns: headings.
        rows: as many cells each; plain text or `Cell`; the first is the row's heading.
        numeric: whether the columns after the first hold figures and are aligned to the right.
        note: a sentence below the table.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str | Cell]]
    numeric: bool = True
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture of a page.

    Args:
        path: a PNG file, inlined.
        alt: what is to be seen, for those who cannot.
        caption: the sentence below.
    """

    path: Path
    alt: str
    caption: str


@dataclass(frozen=True)
class Section:
    """A part of a page under a heading of its own.

    Args:
        anchor: its name in links.
        title: the heading.
        paragraphs: sentences before everything else.
        tables: in order.
        figures: in order, after the tables.
        items: a list after the figures.
        folded: (heading, items) of lists that are closed at first, for what is long.
        code: (heading, text) of texts that are shown as they are, for copying; long ones are closed at first.
        links: files beside the page, by their paths from it.
    """

    anchor: str
    title: str
    paragraphs: Sequence[str] = ()
    tables: Sequence[Table] = ()
    figures: Sequence[Figure] = ()
    items: Sequence[str] = ()
    folded: Sequence[tuple[str, Sequence[str]]] = ()
    code: Sequence[tuple[str, str]] = ()
    links: Sequence[str] = ()


def render(template: str, **values: Any) -> str:
    """Fill a template of ``kgan/report/templates``; everything is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kgan.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inlined"] = inlined
    environment.filters["cell"] = lambda value: value if isinstance(value, Cell) else Cell(str(value))
    return environment.get_template(template).render(**values)


def inlined(path: Path) -> str:
    """Return a file as a data URI."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
