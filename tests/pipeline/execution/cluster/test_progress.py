"""Reports of a step: few messages, in order, none lost."""

from kgan.pipeline.execution.cluster import progress as topics
from kgan.pipeline.execution.cluster.progress import TopicProgress


class Worker:
    """Keeps what is logged."""

    def __init__(self):
        self.messages = []

    def log_event(self, topic, message):
        self.messages.append((topic, message))


def test_a_thousand_reports_are_one_message_and_lose_nothing(monkeypatch):
    monkeypatch.setattr(topics.time, "monotonic", lambda: 1000.0)
    worker = Worker()
    progress = TopicProgress(worker, "run", "step-1")
    progress.started("node7 0")
    progress.begin("train", 1000, 3)
    for number in range(1000):
        progress.advance(1, f"loss {number}")
    progress.say("done")
    progress.close()
    first, last = (message["reports"] for _, message in worker.messages)
    assert first == [["started", ["node7 0"]]]
    assert last == [["begin", ["train", 1000, 3]], ["advance", [1000, "loss 999"]], ["say", ["done"]]]
    assert {topic for topic, _ in worker.messages} == {"run"}


def test_nothing_to_report_is_no_message():
    worker = Worker()
    TopicProgress(worker, "run", "step-1").close()
    assert worker.messages == []
