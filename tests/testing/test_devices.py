import subprocess
import sys

CODE = """
from kgan.testing.devices import two_cpus
{before}
print(two_cpus(), two_cpus())
import tensorflow as tf
print(len(tf.config.list_logical_devices("CPU")))
"""


def printed(before=""):
    command = [sys.executable, "-c", CODE.format(before=before)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_the_cpu_is_split_once():
    assert printed() == ["True", "True", "2"]


def test_after_tensorflow_has_started_it_is_too_late():
    assert printed("import tensorflow as tf; tf.constant(1) + 1") == ["False", "False", "1"]
