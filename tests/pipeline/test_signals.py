import os
import signal
import threading

import pytest

from kgan.errors import Terminated
from kgan.pipeline.signals import deferred, terminable


def test_a_request_to_end_is_an_interrupt():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), terminable():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


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
