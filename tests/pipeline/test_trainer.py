"""What training steps share."""

from types import SimpleNamespace

import pytest

from kgan.errors import RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.trainer import trainer


def test_a_batch_that_replicas_cannot_share_is_refused_before_a_model_is_built(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "kgan.training.strategy.devices", lambda compute: SimpleNamespace(replicas=2, words="two")
    )
    context = StepContext("train-x", {"train": {"batch_size": 7}, "seed": 1}, {}, tmp_path)
    with pytest.raises(RunError, match="batch_size 7 cannot be shared by 2 replicas"):
        trainer(context, {}, "no image")
