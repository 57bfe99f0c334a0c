import os
import signal
import threading
import time

import pytest

from kgan.training.interrupt import interruptible


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_noted_and_interrupts_nothing_where_there_is_something_to_save(number):
    before = signal.getsignal(number)
    with interruptible(lambda: True) as interrupted:
        assert not interrupted()
        os.kill(os.getpid(), number)
        assert interrupted()
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_interrupts_at_once_where_there_is_nothing_to_save(number):
    with pytest.raises(KeyboardInterrupt), interruptible(lambda: False):
        os.kill(os.getpid(), number)
        time.sleep(5)


def test_handlers_come_back_after_an_error():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(ValueError, match="broken"), interruptible(lambda: True):
        raise ValueError("broken")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_outside_the_main_thread_signals_stay_with_it():
    seen = []

    def work():
        with interruptible(lambda: True) as interrupted:
            seen.append((interrupted(), signal.getsignal(signal.SIGTERM)))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(False, before)]
