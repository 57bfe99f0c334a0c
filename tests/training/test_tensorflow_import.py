import subprocess
import sys

MIRRORED = """
from kgan.training.tensorflow_import import import_tensorflow
import_tensorflow()
from kgan.testing.devices import two_cpus
two_cpus()
import tensorflow as tf
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
print(strategy.num_replicas_in_sync)
"""


def test_tensorflow_prints_no_greeting_and_warns_of_no_replicas():
    """What `kgan plugins check` does before the laws of replicas."""
    result = subprocess.run([sys.executable, "-c", MIRRORED], capture_output=True, text=True, check=True)
    assert (result.stdout, result.stderr) == ("2\n", "")
