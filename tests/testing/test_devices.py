import subprocess
import sys

#: TensorFlow is imported once; each case is a fork, as devices are fixed at the first operation.
CODE = """
import os
from kgan.testing.devices import two_cpus
from kgan.training.tensorflow_import import import_tensorflow
import_tensorflow()
import tensorflow as tf

def case(started):
    if started:
        tf.constant(1) + 1
    print(two_cpus(), two_cpus(), len(tf.config.list_logical_devices("CPU")), flush=True)

for started in (False, True):
    child = os.fork()
    if not child:
        case(started)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


def test_the_cpu_is_split_once_and_only_before_tensorflow_has_started():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True True 2", "False False 1"]
