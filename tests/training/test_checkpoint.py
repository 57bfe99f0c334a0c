"""Checkpoints: whole or not there."""

import pytest
import tensorflow as tf

from kgan.training.checkpoint import Checkpoints


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
