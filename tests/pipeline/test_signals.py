import os
import signal
import threading
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from kgan.errors import Terminated
from kgan.pipeline import signals
from kgan.pipeline.signals import deferred, terminable


@pytest.fixture
def sigterm():
    """Handle SIGTERM after a test as before it."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("sigterm")
def test_the_first_request_to_end_is_an_interrupt_and_no_further_one_disturbs_the_saving():
    saved = []
    with pytest.raises(KeyboardInterrupt), terminable():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            saved.append(True)
    os.kill(os.getpid(), signal.SIGTERM)  # the process has yet to report how it ended
    assert saved == [True]


@pytest.mark.usefixtures("sigterm")
def test_a_request_that_was_lost_can_be_repeated(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(signals, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    with terminable():
        for seconds, raises in ((0, True), (1, False), (20, True)):
            clock[0] += seconds
            with pytest.raises(Terminated) if raises else nullcontext():
                os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.usefixtures("sigterm")
def test_after_the_work_a_request_to_end_does_not_lose_its_result():
    with terminable():
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def test_other_threads_leave_signals_alone():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def work():
        with terminable():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.parametrize(
    ("number", "error"),
    [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, Terminated)],
    ids=["INT", "TERM"],
)
def test_a_deferred_request_is_raised_at_the_next_check(number, error):
    before = signal.getsignal(number)
    with deferred() as requests:
        requests.check()
        os.kill(os.getpid(), number)
        with pytest.raises(error) as raised:
            requests.check()
        assert raised.type is error
    assert signal.getsignal(number) is before


def test_a_second_interrupt_is_raised_at_once_and_a_second_request_of_a_batch_system_is_not():
    with deferred() as requests:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt) as raised:
            os.kill(os.getpid(), signal.SIGINT)
        assert raised.type is KeyboardInterrupt
        with pytest.raises(Terminated):
            requests.check()
