"""GPUs counted without TensorFlow."""

import pytest

from kgan.training.gpus import gpu_count, visible_gpus


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        (None, ("0", "1", "2", "3")),
        ("0,2", ("0", "2")),
        ("", ()),
        ("-1", ()),
        ("0,-1,2", ("0",)),
        ("GPU-a, GPU-b", ("GPU-a", "GPU-b")),
        ("0,1,2,3,4,5", ("0", "1", "2", "3")),
    ],
)
def test_what_cuda_allows(tmp_path, monkeypatch, visible, names):
    for number in range(4):
        (tmp_path / f"0000:0{number}:00.0").mkdir()
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert visible_gpus(tmp_path) == names and gpu_count(tmp_path) == len(names)


def test_without_a_driver_there_is_none(tmp_path):
    assert gpu_count(tmp_path / "absent") == 0
