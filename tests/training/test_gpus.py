"""GPUs counted without TensorFlow."""

import pytest

from kgan.training.gpus import gpu_count


@pytest.mark.parametrize(
    ("visible", "count"),
    [(None, 4), ("0,2", 2), ("", 0), ("-1", 0), ("0,-1,2", 1), ("GPU-a, GPU-b", 2), ("0,1,2,3,4,5", 4)],
)
def test_what_cuda_allows(tmp_path, monkeypatch, visible, count):
    for number in range(4):
        (tmp_path / f"0000:0{number}:00.0").mkdir()
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpu_count(tmp_path) == count


def test_without_a_driver_there_is_none(tmp_path):
    assert gpu_count(tmp_path / "absent") == 0
