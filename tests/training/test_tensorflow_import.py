MIRRORED = """
from kgan.testing.devices import two_cpus
two_cpus()
import tensorflow as tf
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
print(strategy.num_replicas_in_sync)
"""


def test_tensorflow_prints_no_greeting_and_warns_of_no_replicas(forks):
    """What `kgan plugins check` does before the laws of replicas."""
    before = forks.stderr.read_text()
    assert forks.run(MIRRORED) == ["2"]
    assert before == forks.stderr.read_text() == ""
