"""Checkpoints: whole or not there."""

import keras
import pytest
import tensorflow as tf

from kgan.errors import RunError
from kgan.training.checkpoint import Checkpoints, begun_precision


def saved(folder, *steps):
    variables = [tf.Variable(tf.zeros((3, 2))), tf.Variable(0, dtype=tf.int64)]
    output = []
    checkpoints = Checkpoints(folder, variables, output.append)
    for step in steps:
        variables[0].assign(tf.fill((3, 2), float(step)))
        variables[1].assign(step)
        checkpoints.save(step)
    return checkpoints, variables, output


def test_restores_the_newest_and_keeps_two(tmp_path):
    saved(tmp_path, 10, 20, 30)
    checkpoints, variables, output = saved(tmp_path)
    assert checkpoints.steps() == [20, 30]
    assert checkpoints.restore() == 30
    assert variables[1].numpy() == 30 and not output


@pytest.mark.parametrize("suffix", ["index", "data-00000-of-00001", "json"])
@pytest.mark.parametrize("harm", [b"", b"garbage"], ids=["emptied", "overwritten"])
def test_a_damaged_one_is_reported_and_never_used(tmp_path, suffix, harm):
    saved(tmp_path, 10, 20)
    (tmp_path / f"20.{suffix}").write_bytes(harm)
    checkpoints, variables, output = saved(tmp_path)
    assert checkpoints.restore() == 10
    assert variables[1].numpy() == 10
    assert "20" in output[0] and "damaged" in output[0]


def test_another_models_checkpoint_is_not_read(tmp_path):
    saved(tmp_path, 10)
    other = Checkpoints(tmp_path, [tf.Variable(tf.zeros((4,)))], lambda text: None)
    assert other.restore() == 0


@pytest.fixture
def policy():
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy("float32")


def test_a_training_does_not_go_on_in_another_precision(tmp_path, policy):
    assert begun_precision(tmp_path / "none") is None
    policy("mixed_bfloat16")
    saved(tmp_path, 10, 20)
    (tmp_path / "20.json").write_text("garbage")
    assert begun_precision(tmp_path) == "bfloat16"
    policy("float32")
    checkpoints, _, _ = saved(tmp_path)
    with pytest.raises(RunError, match="began in bfloat16; expected float32.*Set precision: bfloat16"):
        checkpoints.restore()
    policy("mixed_bfloat16")
    assert saved(tmp_path)[0].restore() == 10
