import pytest

SPLIT = """
from kgan.testing.devices import two_cpus
import tensorflow as tf
if {started}:
    tf.constant(1) + 1
print(two_cpus(), two_cpus(), len(tf.config.list_logical_devices("CPU")))
"""


@pytest.mark.parametrize(("started", "line"), [(False, "True True 2"), (True, "False False 1")])
def test_the_cpu_is_split_once_and_only_before_tensorflow_has_started(forks, started, line):
    assert forks.run(SPLIT.format(started=started)) == [line]
