"""Lines fitted to the width of a terminal: what they say, what they omit, and that they never wrap."""

import io
import re

import pytest
from rich.console import Console

from kgan.cli.display.lines import Layout, Line, printable, time_text

GAN = Line(
    "train-pggan-tumor", 0.456, "75,240/165,000", "1 h 05 min", "critic -1.2, generator 0.31, penalty 4.1"
)
LONG = Line(
    "classify-5-pggan-uncurated-scratch", 0.999, "1,234,567/1,234,568", "412 d 04 h", "loss 0.000123, x" * 9
)


def drawn(*lines, width=80, encoding="utf-8", now=0.0):
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=file, width=width, height=24, force_terminal=True)
    longest = max(len(line.title) for line in lines)
    layout = Layout.of(console.options, lines, longest)
    return [layout.text(line, now).plain for line in lines]


def columns(text):
    """Split a line into name, bar, amount, time and note."""
    return re.fullmatch(r"(\S+) +([━╸─#-]*) +([\d,]*%?) +([\d hdmins]*?)(?:  (\D.*))?", text).groups()


def test_80_columns_have_name_bar_percentage_time_and_losses():
    (text,) = drawn(GAN)
    name, bar, amount, left, note = columns(text)
    assert (name, amount, left) == ("train-pggan-tumor", "45%", "1 h 05 min")
    assert bar == "━━━────"
    assert note == "critic -1.2, generator 0.31 …"


def test_120_columns_show_the_count_and_the_whole_note():
    (text,) = drawn(GAN, width=120)
    assert "45% 75,240/165,000 1 h 05 min  critic -1.2, generator 0.31, penalty 4.1" in text


@pytest.mark.parametrize("width", [40, 50, 59])
def test_a_narrow_terminal_keeps_name_percentage_and_time(width):
    (text,) = drawn(GAN, width=width)
    assert re.match(r"train-pggan-tumor +45% +1 h 05 min", text) and "━" not in text


def test_no_spaces_are_written_at_the_end():
    assert drawn(Line("tsne"), GAN)[0] == "tsne" + " " * 14 + "━──────"


def test_columns_stand_one_below_the_other():
    short = Line("tsne", 0.0, "0/1", "5 s", "loss 1")
    texts = drawn(GAN, short, Line("pool", None, "12,345", "", "3 min so far"))
    assert len({text.index(note) for text, note in zip(texts, ("critic", "loss", "3 min"), strict=True)}) == 1
    assert len({re.search("[━─]", text).start() for text in texts}) == 1


@pytest.mark.parametrize("width", [1, 5, 10, 20, 30, 40, 59, 60, 79, 80, 81, 109, 110, 120, 200, 400])
def test_no_line_is_wider_than_the_terminal(width):
    wide = Line("名" * 30, None, "1,234,567,890", "", "名" * 200)
    texts = drawn(GAN, LONG, wide, Line("x"), width=width)
    cells = [sum(2 if character == "名" else 1 for character in text) for text in texts]
    assert max(cells) <= width and min(map(len, texts)) > 0


def test_a_long_name_keeps_its_beginning_and_its_end():
    name, _, amount, left, _ = columns(drawn(LONG)[0])
    assert name == "classify-5-…ed-scratch"
    assert (amount, left) == ("99%", "412 d 04 h")


def test_numbers_of_a_note_are_omitted_rather_than_cut():
    for width in range(60, 110):
        text = drawn(GAN, width=width)[0].split("min  ")[1]
        entries = text.removesuffix(" …").split(", ")
        assert entries == GAN.note.split(", ")[: len(entries)]
        assert text.endswith(" …") == (len(entries) < 3)


def test_the_bar_grows_by_half_a_column():
    shares = [0, 0.07, 0.08, 0.5, 0.999, 1]
    bars = [columns(drawn(Line("x", share, "1/2", "5 s", "y"))[0])[1] for share in shares]
    assert bars == ["───────", "───────", "╸──────", "━━━╸───", "━━━━━━╸", "━━━━━━━"]


def test_the_bar_of_an_unknown_total_moves():
    line = Line("pool", None, "64", "", "3 s so far")
    bars = [columns(drawn(line, now=now)[0])[1] for now in (0, 0.5, 1)]
    assert bars == ["━──────", "─━─────", "──━────"]


def test_a_terminal_without_unicode_gets_ascii():
    text = drawn(LONG, encoding="ascii")[0]
    assert text.isascii() and "classify-5...d-scratch ######- " in text


def test_only_finished_work_is_100_percent():
    assert [Line("x", share).percent for share in (0.0, 0.9999, 1.0, None)] == ["0%", "99%", "100%", ""]


def test_a_plain_line_says_all_that_is_known():
    assert GAN.plain() == (
        "train-pggan-tumor: 45%, 75,240/165,000, 1 h 05 min left, critic -1.2, generator 0.31, penalty 4.1"
    )
    assert Line("pool", count="64", note="3 s so far").plain() == "pool: 64, 3 s so far"
    assert Line("a\n\x1b[2Jb", note="c\rd").plain() == "a  [2Jb: c d"


def test_line_breaks_and_escapes_do_not_reach_the_terminal():
    (text,) = drawn(Line("a\nb\x1b[31mc", 0.5, "1/2", "5 s", "x\ty\x9bz"))
    assert text.startswith("a b [31mc ") and text.endswith("  x y z")
    assert printable("ä\u202e") == "ä "


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (3569, "59 min"),
        (3571, "1 h 00 min"),
        (3900, "1 h 05 min"),
        (86_369, "23 h 59 min"),
        (86_371, "1 d 00 h"),
        (412 * 86_400 + 4 * 3600, "412 d 04 h"),
    ],
)
def test_times_have_at_most_two_units(seconds, text):
    assert time_text(seconds) == text
