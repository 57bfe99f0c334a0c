import pytest
from fabricated.receivers import Recorder

from kgan.progress import MeasuredProgress, Progress, Silent


def test_a_task_begins_and_reports_to_the_same_receiver():
    recorder = Recorder()
    with recorder.task("train pggan", 100, done=40) as task:
        task.advance(10, "loss 0.31")
    assert recorder.reports == [("begin", "train pggan", 100, 40), ("advance", 10, "loss 0.31")]


def test_a_task_lets_errors_through():
    with pytest.raises(ValueError, match="broken"), Recorder().task("generate", None):
        raise ValueError("broken")


def test_silence_prints_nothing(capsys):
    with Silent().task("prepare", 3) as task:
        task.advance()
        task.say("one line")
    assert capsys.readouterr() == ("", "")


def test_a_receiver_takes_all_three_reports():
    class Half(Progress):
        def say(self, text):
            """Take lines alone."""

    with pytest.raises(TypeError, match="abstract"):
        Half()


def test_a_measured_task_knows_its_fraction(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("kgan.progress.time.monotonic", lambda: now[0])
    progress = MeasuredProgress(Silent())
    assert progress.fraction == 0.0
    progress.begin("train", 200, done=50)
    now[0] = 130.0
    progress.advance(100)
    assert progress.fraction == 0.75 and progress.made == (0.5, 30.0)
    progress.begin("predict", None)
    progress.advance(7)
    assert progress.fraction == 0.0 and progress.made == (0.0, 0.0)
