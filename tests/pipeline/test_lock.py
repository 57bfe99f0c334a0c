import os
import re
import socket
import subprocess
import sys
import threading

import pytest

from kgan.errors import RunError
from kgan.pipeline.lock import lock, step_lock

HOLD = """
import sys, pathlib
from kgan.pipeline.lock import lock
with lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_held_folder_is_refused_until_its_holder_is_killed(tmp_path):
    arguments = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        owner = re.escape(f"(process {holder.pid} on {socket.gethostname()})")
        for _ in range(2):  # who is refused leaves the holder's number as it is
            with pytest.raises(RunError, match=f"{tmp_path}: another kgan run {owner}"):
                lock(tmp_path).__enter__()
        holder.kill()
        holder.wait()
        with lock(tmp_path):
            assert (tmp_path / "run.lock").read_text() == f"process {os.getpid()} on {socket.gethostname()}"


def test_a_lock_that_was_let_go_can_be_taken_again(tmp_path):
    with pytest.raises(ZeroDivisionError), lock(tmp_path / "new" / "run"):
        raise ZeroDivisionError
    with lock(tmp_path / "new" / "run"), pytest.raises(RunError, match="another kgan run"):
        lock(tmp_path / "new" / "run").__enter__()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="file/run: cannot be written or locked .Not a directory."):
        lock(tmp_path / "file" / "run").__enter__()


def test_a_step_waits_for_the_process_that_still_makes_it(tmp_path):
    hold = HOLD.replace("lock(path", "step_lock(path").replace("import lock", "import step_lock")
    arguments = [sys.executable, "-c", hold, str(tmp_path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunError, match=f"process {holder.pid} on .* still makes this step"):
            step_lock(tmp_path, seconds=0.3).__enter__()
        with pytest.raises(KeyboardInterrupt):
            step_lock(tmp_path, cancelled=lambda: True).__enter__()
        threading.Timer(0.5, holder.kill).start()
        with step_lock(tmp_path, seconds=30):
            assert holder.wait() == -9
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoints"]  # which no manifest lists
