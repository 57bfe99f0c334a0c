"""A process that has imported what steps are forked from, and runs code in forks of itself.

TensorFlow takes threads and devices at its first operation, so that some tests need a process that has had
none; importing it for each of them would take four seconds.
"""

import json
import os
import subprocess
import sys

import pytest

#: Says what it is, then runs each line, a JSON string of code, and prints the status of its fork.
_SERVER = """
import json, os, sys
import kgan.pipeline.execution.preload
threads = len(os.listdir("/proc/self/task"))
print(json.dumps([threads, sorted({"tensorflow", "keras"} & set(sys.modules))]), flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        exec(json.loads(line), {})
        sys.stdout.flush()
        os._exit(0)
    print(json.dumps({"status": os.waitpid(child, 0)[1]}), flush=True)
"""


class Forks:
    """Attributes ``threads`` and ``modules`` are of the process before the first fork."""

    def __init__(self, stderr):
        self.stderr = stderr
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        with stderr.open("wb") as written:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _SERVER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=written,
                text=True,
                env=environment,
            )
        self.threads, self.modules = json.loads(self.process.stdout.readline())

    def run(self, code):
        """Return the lines that code prints."""
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        lines = []
        while not lines or not lines[-1].startswith('{"status"'):
            lines.append(self.process.stdout.readline().rstrip("\n"))
            assert lines[-1], f"the process ended: {self.stderr.read_text()}"
        assert json.loads(lines.pop()) == {"status": 0}, self.stderr.read_text()
        return lines

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="session")
def forks(tmp_path_factory):
    """Forks of one process for all tests."""
    forks = Forks(tmp_path_factory.mktemp("forks") / "stderr")
    yield forks
    forks.close()
