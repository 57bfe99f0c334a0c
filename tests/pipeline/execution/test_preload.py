"""The server of which steps are forks."""

import subprocess
import sys

CODE = """
import os, sys
import kgan.pipeline.execution.preload
print(len(os.listdir("/proc/self/task")), "tensorflow" in sys.modules, "keras" in sys.modules)
"""


def test_its_imports_start_no_thread(monkeypatch):
    """A fork has the calling thread alone: one that waits for another would wait for ever."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "True", "True"]
