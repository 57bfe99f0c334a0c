"""Self-contained HTML pages: escaped Jinja2 templates of this package with inlined images."""

import base64
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import jinja2

from kgan.report.elements import Curves, Forest, Gallery, Matrix


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Args:
        text: the main line.
        below: a smaller second line.
        strong: whether it is emphasised.
        title: tooltip.
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
        rows: one cell per column, plain text or `Cell`; the first cell is the heading of the row.
        numeric: whether the columns after the first hold numbers and are right-aligned.
        note: a sentence below the table.
        heading: of a table that is collapsed initially; empty for one that is not.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str | Cell]]
    numeric: bool = True
    note: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure of a page.

    Args:
        path: a PNG file, inlined.
        alt: description of the content, for screen readers.
        caption: the text below.
    """

    kind: ClassVar[str] = "picture"

    path: Path
    alt: str
    caption: str


AnyFigure: TypeAlias = Figure | Gallery | Forest | Matrix | Curves


@dataclass(frozen=True)
class Section:
    """A section of a page.

    Args:
        anchor: fragment identifier for links.
        title: the heading.
        paragraphs: sentences before everything else.
        figures: in order; forests that follow each other stand side by side where there is room.
        tables: in order, after the figures.
        items: a list after the tables.
        folded: (heading, items) of long lists that are collapsed initially.
        code: (heading, text) of verbatim text for copying; long texts are collapsed initially.
        links: files beside the page, as paths relative to it.
        closed: whether all of it is collapsed initially, as most readers skip it.
    """

    anchor: str
    title: str
    paragraphs: Sequence[str] = ()
    tables: Sequence[Table] = ()
    figures: Sequence[AnyFigure] = ()
    items: Sequence[str] = ()
    folded: Sequence[tuple[str, Sequence[str]]] = ()
    code: Sequence[tuple[str, str]] = ()
    links: Sequence[str] = ()
    closed: bool = False


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
    environment.filters["png"] = lambda content: _data_uri("image/png", content)
    environment.filters["cell"] = lambda value: value if isinstance(value, Cell) else Cell(str(value))
    return environment.get_template(template).render(**values)


def inlined(path: Path) -> str:
    """Return a file as a data URI."""
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _data_uri(media_type, path.read_bytes())


def _data_uri(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
