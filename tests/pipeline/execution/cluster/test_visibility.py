"""What another machine wrote is waited for until it is whole."""

import threading
import time

import pytest

from kgan.errors import RunError
from kgan.pipeline.execution.cluster.visibility import await_visible


def test_a_file_is_waited_for_until_it_is_whole(tmp_path):
    path = tmp_path / "result"

    def write():
        time.sleep(0.3)
        path.write_text("ab")
        time.sleep(0.3)
        path.write_text("abcd")

    writer = threading.Thread(target=write)
    writer.start()
    await_visible(path, size=4)
    assert path.read_text() == "abcd"
    writer.join()


def test_a_file_that_never_appears_is_named(tmp_path):
    with pytest.raises(RunError, match="must lie on a file system that all machines share"):
        await_visible(tmp_path / "result", seconds=0.3)
    await_visible(tmp_path / "result", cancelled=lambda: True)
