"""Lines of the display of a run, fitted to the width of a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import ConsoleOptions
from rich.text import Text

_TIME_WIDTH = len("1 h 05 min")
#: From this width on lines have a bar and a note, from `_WIDE` on also counts.
_NORMAL, _WIDE = 60, 110


@dataclass(frozen=True)
class Line:
    """What one line says.

    Args:
        title: name of the step.
        share: what is done, in [0, 1]; ``None`` if unknown.
        count: what is done, in units.
        left: time left; empty if unknown.
        note: the rest; its entries, separated by ``", "``, in the order of their importance.
    """

    title: str
    share: float | None = None
    count: str = ""
    left: str = ""
    note: str = ""

    @property
    def percent(self) -> str:
        """The share, rounded down: 100% is finished; empty if unknown."""
        return "" if self.share is None else f"{int(100 * self.share)}%"

    def plain(self) -> str:
        """Return the line of a log file."""
        left = self.left and f"{self.left} left"
        entries = ", ".join(filter(None, (self.percent, self.count, left, self.note)))
        return printable(f"{self.title}: {entries}")


@dataclass(frozen=True)
class Layout:
    """Widths of the columns, in cells; 0 for a column that is omitted.

    Args:
        width: of the terminal.
        title: name of the step.
        bar: bar.
        amount: percentage, or the count if there is none.
        count: count beside the percentage.
        note: losses and other entries.
        ascii_only: whether the terminal has no other characters.
    """

    width: int
    title: int
    bar: int
    amount: int
    count: int
    note: int
    ascii_only: bool

    @classmethod
    def of(cls, options: ConsoleOptions, lines: Sequence[Line], longest_title: int) -> "Layout":
        """Share the width of the terminal.

        Args:
            options: of the console.
            lines: that are drawn one above the other.
            longest_title: width that no title exceeds.
        """
        width = options.max_width
        wide = width >= _WIDE
        bar = min(24, width // 11) if width >= _NORMAL else 0
        amount = max([len("100%"), *(len(line.percent or line.count) for line in lines)])
        count = max([0, *(len(line.count) for line in lines if line.percent)]) if wide else 0
        columns = [column for column in (bar, amount, count, _TIME_WIDTH) if column]
        room = max(1, width - sum(columns) - len(columns))
        title = min(longest_title, room, max(16, int(0.28 * width)) if bar else room)
        note = room - title - 2 if bar else 0
        return cls(width, title, bar, amount, count, note, options.ascii_only)

    def text(self, line: Line, now: float) -> Text:
        """Draw a line.

        Args:
            line: what it says.
            now: seconds, which move the bar of a line without a share.
        """
        text = Text(set_cell_size(_shorten(printable(line.title), self.title, self.dots), self.title))
        if self.bar:
            text.append(" ").append_text(self._bar(line.share, now))
        text.append(" " + (line.percent or line.count).rjust(self.amount))
        if self.count:
            text.append(" " + (line.count if line.percent else "").rjust(self.count), "dim")
        text.append(" " + line.left.rjust(_TIME_WIDTH), "cyan")
        if self.note > 0:
            text.append("  " + _fit(printable(line.note), self.note, self.dots), "dim")
        text.rstrip()
        return self.crop(text)

    def crop(self, text: Text) -> Text:
        """Return a text of one line that is not wider than the terminal."""
        text.truncate(self.width, overflow="crop")
        text.no_wrap = True
        return text

    @property
    def dots(self) -> str:
        """The ellipsis."""
        return "..." if self.ascii_only else "…"

    def _bar(self, share: float | None, now: float) -> Text:
        full, half, rest = ("#", "", "-") if self.ascii_only else ("━", "╸", "─")
        if share is None:
            length = max(1, self.bar // 4)
            start = int(2 * now) % (self.bar - length + 1)
            done = full * length
        else:
            start, halves = 0, int(2 * share * self.bar)
            done = full * (halves // 2) + half * (halves % 2)
        end = self.bar - start - len(done)
        return Text.assemble((rest * start, "dim"), (done, "green"), (rest * end, "dim"))


def time_text(seconds: float) -> str:
    """Format a time in at most `_TIME_WIDTH` characters, e.g. ``1 h 05 min``; under an hour in one unit."""
    if seconds < 59.5:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02} min"
    hours = round(seconds / 3600)
    return f"{hours // 24} d {hours % 24:02} h"


def printable(text: str) -> str:
    """Replace what could move the cursor, such as a line break, by spaces."""
    return "".join(character if character.isprintable() else " " for character in text)


def _shorten(text: str, width: int, dots: str) -> str:
    """Cut the middle of a name, because names of steps differ in their ends too."""
    if cell_len(text) <= width:
        return text
    kept = max(0, width - len(dots))
    return set_cell_size(text, kept - kept // 2) + dots + set_cell_size(text[::-1], kept // 2)[::-1]


def _fit(note: str, width: int, dots: str) -> str:
    """Omit the last entries of a note, because a number that is cut is another number."""
    if cell_len(note) <= width:
        return note
    entries, room = note.split(", "), width - len(dots) - 1
    while len(entries) > 1 and cell_len(", ".join(entries)) > room:
        entries.pop()
    return set_cell_size(", ".join(entries), room).rstrip() + " " + dots
