from pathlib import Path

from kgan.steps.training.snapshots import snapshot

FOLDER = Path("steps/train-simgan/0")


def test_a_snapshot_lies_below_the_training_and_the_end_is_the_training_itself():
    assert snapshot(FOLDER, 2_000) == FOLDER / "snapshots" / "2000"
    assert snapshot(FOLDER, None) == FOLDER


def test_the_model_before_the_first_step_is_not_the_end():
    assert snapshot(FOLDER, 0) == FOLDER / "snapshots" / "0"
