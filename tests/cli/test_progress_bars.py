"""What a terminal shows of a run, and what a log file holds of it."""

import functools
import io
import re
import sys
import threading
import time

import pyte
import pytest
from fabricated.receivers import Clock
from rich.console import Console

from kgan.cli.progress_bars import Bars, RunBars


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def clock():
    return Clock()


class Terminal(io.StringIO):
    """A terminal in memory. As most terminals do, it wraps what it shows when it becomes narrower."""

    def __init__(self, width=80, height=24):
        super().__init__()
        self.console = Console(file=self, width=width, height=height, force_terminal=True)
        self.lock = threading.RLock()
        self._clear(width, height)

    def _clear(self, width, height):
        self.screen = pyte.HistoryScreen(width, height, history=10_000)
        self.stream = pyte.Stream(self.screen)

    def write(self, text):
        with self.lock:
            self.stream.feed(text.replace("\n", "\r\n"))
            return super().write(text)

    @property
    def lines(self):
        """All lines from the first to the last that is not empty, those above the screen too."""
        with self.lock:
            rows = [*self.screen.history.top, *(self.screen.buffer[y] for y in range(self.screen.lines))]
            texts = ["".join(row[x].data for x in range(self.screen.columns)).rstrip() for row in rows]
        return "\n".join(texts).rstrip("\n").split("\n")

    def resize(self, width, height):
        texts = self.lines
        self._clear(width, height)
        self.stream.feed("\r\n".join(texts))
        self.console.size = (width, height)


@pytest.fixture
def terminal():
    return Terminal()


def begin(bars, *names, total=100):
    """Start steps that have done a quarter in 10 s each."""
    tasks = [bars.start(name) for name in names]
    for task, name in zip(tasks, names, strict=True):
        task.begin(name, total)
    bars.clock.now += 10
    for task in tasks:
        task.advance(25, "critic -1.2, generator 0.31")
    return tasks


def test_each_running_step_is_one_line_and_the_run_the_last(terminal, clock):
    with RunBars(terminal.console, clock) as bars:
        begin(bars, "train-pggan-non_tumor", "classify-1-real-scratch")
        bars.total(12, 34, 3900)
        bars.refresh()
        assert [line.split() for line in terminal.lines] == [
            ["train-pggan-non_tumor", "━╸─────", "25%", "30", "s", "critic", "-1.2,", "generator", "0.31"],
            ["classify-1-…al-scratch", "━╸─────", "25%", "30", "s", "critic", "-1.2,", "generator", "0.31"],
            ["12/34", "steps", "━━─────", "35%", "1", "h", "05", "min", "left"],
        ]


def test_a_finished_step_leaves(terminal, clock):
    with RunBars(terminal.console, clock) as bars:
        begin(bars, "a", "b", "c")
        bars.refresh()
        bars.finish("b")
        bars.finish("unknown")
        bars.refresh()
        assert [line.split()[0] for line in terminal.lines] == ["a", "c"]


def test_a_step_that_starts_again_begins_from_nothing_and_is_the_last(terminal, clock):
    with RunBars(terminal.console, clock) as bars:
        begin(bars, "a", "b")
        bars.start("a")
        bars.refresh()
        assert [line.split()[0] for line in terminal.lines] == ["b", "a"]
        assert "%" in terminal.lines[0] and "%" not in terminal.lines[1]


def test_more_steps_than_lines_are_counted(terminal, clock):
    with RunBars(terminal.console, clock) as bars:
        names = [f"step-{number}" for number in range(30)]
        begin(bars, *names)
        bars.total(0, 40, None)
        for _ in range(3):
            bars.refresh()
        assert len(terminal.lines) == 24
        assert [line.split()[0] for line in terminal.lines[:22]] == names[:22]
        assert terminal.lines[22] == "and 8 more"
        assert terminal.lines[23].split()[:2] == ["0/40", "steps"]


def test_as_many_steps_as_fit_are_all_shown(terminal, clock):
    with RunBars(terminal.console, clock) as bars:
        begin(bars, *(f"step-{number}" for number in range(22)))
        bars.total(0, 40, None)
        bars.refresh()
        assert len(terminal.lines) == 23 and not any("more" in line for line in terminal.lines)


def test_the_time_left_of_the_run_counts_down_and_may_be_unknown(terminal, clock):
    with RunBars(terminal.console, clock) as bars:
        ends = []
        bars.total(1, 2, 3600)
        for now in (0, 1800, 3590, 3601):
            clock.now = 1000 + now
            bars.refresh()
            ends.append(terminal.lines[-1].split("50%")[1].split())
        bars.total(1, 2, None)
        bars.refresh()
        ends.append(terminal.lines[-1].split("50%")[1].split())
    unknown = ["time", "left", "unknown"]
    assert ends == [
        ["1", "h", "00", "min", "left"],
        ["30", "min", "left"],
        ["10", "s", "left"],
        unknown,
        unknown,
    ]


def test_lines_are_printed_above_the_display_as_they_are(terminal, clock):
    texts = ["step 1/2 a (new)", "a: [bold]no markup[/bold] :smile: 12", "x" * 170, "two\nlines\x1b[5A"]
    with RunBars(terminal.console, clock) as bars:
        (task,) = begin(bars, "name-[red]a[/red]")
        bars.refresh()
        bars.say(texts[0])
        for text in texts[1:]:
            task.say(text)
        *above, bar = terminal.lines
    assert bar.split()[0] == "name-[red]a[/red]"
    assert above == [*texts[:2], "x" * 80, "x" * 80, "x" * 10, "two", "lines [5A"]
    assert terminal.lines == above


@pytest.mark.parametrize(("width", "height"), [(50, 24), (81, 20), (30, 10), (200, 24)])
def test_a_resized_terminal_shows_the_display_once(width, height, clock):
    terminal = Terminal(120, 30)
    with RunBars(terminal.console, clock) as bars:
        bars.say("above")
        begin(bars, "train-pggan-non_tumor", "train-pggan-tumor", total=10_000)
        bars.total(0, 3, 100)
        bars.refresh()
        with bars.lock:  # not in the middle of a drawing
            terminal.resize(width, height)
        bars.refresh()
        shown = terminal.lines
        with bars.lock:
            terminal.resize(60, 24)
        bars.say("below")
        below = terminal.lines
        with bars.lock:
            terminal.resize(20, 24)
    assert [line[:5] for line in shown] == ["above", "train", "train", "0/3 s"]
    assert max(map(len, shown)) <= width
    assert [line[:5] for line in below] == ["above", "below", "train", "train", "0/3 s"]
    assert terminal.lines == ["above", "below"]


def test_ctrl_c_leaves_a_clean_terminal(terminal, clock):
    with pytest.raises(KeyboardInterrupt):
        with RunBars(terminal.console, clock) as bars:
            begin(bars, *(f"step-{number}" for number in range(40)))
            bars.total(1, 41, 5)
            bars.refresh()
            bars.say("interrupted")
            assert terminal.screen.cursor.hidden
            terminal.stream.feed("^C")
            raise KeyboardInterrupt
    assert terminal.lines[-1] == "interrupted" and "step" not in terminal.lines[-1]
    cursor = terminal.screen.cursor
    assert (cursor.hidden, cursor.x) == (False, 0)


def test_no_color_has_no_colours(clock, monkeypatch):
    def codes():
        terminal = Terminal()
        with RunBars(terminal.console, clock) as bars:
            begin(bars, "a")
            bars.refresh()
            assert "━╸─────  25%" in terminal.lines[0]
        return [
            int(code)
            for sequence in re.findall(r"\x1b\[([\d;]*)m", terminal.getvalue())
            for code in sequence.split(";")
        ]

    assert any(code >= 30 for code in codes())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not any(code >= 30 for code in codes())


class LogFile(io.StringIO):
    """Counts the lines that are written and not yet flushed."""

    waiting = most_waiting = 0

    def write(self, text):
        self.waiting += text.count("\n")
        self.most_waiting = max(self.most_waiting, self.waiting)
        return super().write(text)

    def flush(self):
        self.waiting = 0


def plain_run(console, clock):
    """Run three steps, of which the second ends and the third has no total, for 95 s."""
    with RunBars(console, clock) as bars:
        bars.say("3 steps at once")
        begin(bars, "zebra", "ant")
        bars.total(3, 6, 3910)
        bars.start("name-[red]c[/red]").begin("name-[red]c[/red]: write\x1b[2J", None)
        clock.now = 1029
        bars.refresh()
        clock.now = 1030
        bars.refresh()
        bars.finish("ant")
        clock.now = 1059
        bars.refresh()
        bars.total(4, 6, None)
        clock.now = 1095
        bars.refresh()


PLAIN = [
    "3 steps at once",
    "zebra: 25%, 25/100, 50 s left, critic -1.2, generator 0.31",
    "ant: 25%, 25/100, 50 s left, critic -1.2, generator 0.31",
    "name-[red]c[/red]: 0, 20 s so far, write [2J",
    "3/6 steps, 1 h 05 min left",
    "zebra: 25%, 25/100, 4 min left, critic -1.2, generator 0.31",
    "name-[red]c[/red]: 0, 1 min so far, write [2J",
    "4/6 steps, time left unknown",
]


def test_a_log_file_gets_a_flushed_line_for_each_step_every_half_minute(clock):
    file = LogFile()
    plain_run(Console(file=file, width=40), clock)
    assert file.getvalue().splitlines() == PLAIN
    assert (file.waiting, file.most_waiting) == (0, 1)


def test_a_terminal_that_cannot_move_the_cursor_gets_plain_lines(clock, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    terminal = Terminal(width=100)
    plain_run(terminal.console, clock)
    assert terminal.getvalue().splitlines() == PLAIN


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_log_file_has_no_control_characters_whatever_the_environment(clock, monkeypatch, capsys, name):
    monkeypatch.setenv(name, "1")
    plain_run(None, clock)
    printed = capsys.readouterr()
    assert (printed.err.splitlines(), printed.out) == (PLAIN, "")


def test_a_thread_draws_the_display_until_it_is_left(terminal):
    before = set(threading.enumerate())
    with RunBars(terminal.console) as bars:
        (thread,) = set(threading.enumerate()) - before
        bars.start("train")
        end = time.monotonic() + 20
        while "train" not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.05)
    assert "train" in terminal.getvalue()
    thread.join(20)
    assert not thread.is_alive()


def at_once(*works):
    """Run functions in threads of their own to their ends; they must not wait for each other for ever."""
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_any_thread_may_report(terminal, clock):
    bars = RunBars(terminal.console, clock)

    def work(number):
        for turn in range(20):
            name = f"step-{number}-{turn}"
            task = bars.start(name)
            task.begin(name, 10)
            bars.say(f"{name} starts")
            task.advance(5, "loss 1")
            bars.refresh()
            bars.total(turn, 20, 60)
            bars.finish(name)

    def run():
        with bars:
            at_once(*(functools.partial(work, number) for number in range(6)))

    at_once(run)
    assert sorted(terminal.lines) == sorted(f"step-{n}-{turn} starts" for n in range(6) for turn in range(20))


def test_what_other_threads_print_meanwhile_stands_above_the_display(terminal, clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", sys.stderr)  # restored, whatever happens
    bars = RunBars(terminal.console, clock)

    def write():
        for number in range(100):
            sys.stderr.write(f"warning {number}\n")

    def report():
        for number in range(100):
            bars.refresh()
            bars.say(f"line {number}")

    def run():
        with bars:
            begin(bars, "train")
            at_once(write, report)

    at_once(run)
    texts = [f"{kind} {number}" for number in range(100) for kind in ("line", "warning")]
    assert sorted(terminal.lines) == sorted(texts)


def test_a_single_task_has_one_line_and_the_next_takes_its_place(terminal, clock):
    with Bars(terminal.console, clock) as bars:
        bars.advance(1)  # before the first task: nothing to show
        bars.begin("patients", 4)
        clock.now += 10
        bars.advance(note="patient 1")
        bars.display.refresh()
        first = terminal.lines
        with bars.task("metrics, intervals", None) as same:
            same.advance(3)
        bars.say("a line")
        second = terminal.lines
    assert [line.split() for line in first] == [["patients", "━╸─────", "25%", "30", "s", "patient", "1"]]
    assert same is bars
    assert second[0] == "a line" and second[1].startswith("metrics, intervals") and len(second) == 2
    assert terminal.lines == ["a line"]
