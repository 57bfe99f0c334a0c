"""Which devices a training gets: the most that compute what one computes."""

from types import SimpleNamespace

import pytest
import tensorflow as tf

from kgan.errors import RunError
from kgan.training.strategy import devices


@pytest.fixture
def machine(monkeypatch):
    """Return ``machine(gpus, cpus)``, which lets TensorFlow find so many devices; strategies are records."""

    def result(gpus=0, cpus=1):
        there = {
            kind: [SimpleNamespace(name=f"{kind}:{i}") for i in range(n)]
            for kind, n in (("GPU", gpus), ("CPU", cpus))
        }
        monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: there[kind])
        monkeypatch.setattr(
            tf.distribute,
            "MirroredStrategy",
            lambda names: SimpleNamespace(num_replicas_in_sync=len(names), names=names),
        )

    return result


@pytest.mark.parametrize(
    ("gpus", "batch", "group", "used", "words"),
    [
        (8, 1, 1, 1, "on 1 of 8 GPUs, the largest number that divides a batch of 1; XLA on"),
        (8, 10, 1, 5, "on 5 of 8 GPUs, the largest number that divides a batch of 10; XLA on"),
        (
            3,
            16,
            4,
            2,
            "on 2 of 3 GPUs, the largest number that divides a batch of 16 into whole groups of 4; XLA on",
        ),
        (4, 16, 4, 4, "on 4 of 4 GPUs; XLA on"),
        (1, 16, 4, 1, "on one GPU; XLA on"),
        (0, 16, 4, 1, "on CPU, no GPU found; XLA off"),
    ],
    ids=["munit", "simgan", "pggan-on-three", "pggan-on-four", "one-gpu", "no-gpu"],
)
def test_auto_takes_the_most_devices_that_divide_the_batch(machine, gpus, batch, group, used, words):
    machine(gpus)
    place = devices({}, batch, group)
    assert (place.replicas, place.description) == (used, words)
    if used > 1:
        assert place.strategy.names == [f"GPU:{number}" for number in range(used)]


def test_one_device_may_be_requested(machine):
    machine(gpus=4)
    place = devices({"strategy": "one", "xla": "off"}, 16, 4)
    assert (place.replicas, place.description) == (1, "on one GPU; XLA off")


def test_logical_cpus_share_where_that_is_requested(machine):
    machine(cpus=2)
    assert devices({}, 16).replicas == 1
    assert devices({"strategy": "mirrored"}, 16).replicas == 2
    machine()
    with pytest.raises(RunError, match="'mirrored' needs two or more devices of a kind; found 0 GPU"):
        devices({"strategy": "mirrored"}, 16)
