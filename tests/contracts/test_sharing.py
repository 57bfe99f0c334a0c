"""How many devices a batch can be shared by."""

import pytest

from kgan.contracts.sharing import device_counts, most_devices

# Of 1 to 8 GPUs, for the batches of the papers and the groups of the minibatch standard deviation.
USED = {
    "munit": (1, 1, [1, 1, 1, 1, 1, 1, 1, 1]),
    "simgan": (10, 1, [1, 2, 2, 2, 5, 5, 5, 5]),
    "pggan": (16, 4, [1, 2, 2, 4, 4, 4, 4, 4]),
    "dcgan": (64, 1, [1, 2, 2, 4, 4, 4, 4, 8]),
    "zoo": (64, 4, [1, 2, 2, 4, 4, 4, 4, 8]),
    "resnet50": (96, 1, [1, 2, 3, 4, 4, 6, 6, 8]),
    "infinite": (192, 1, [1, 2, 3, 4, 4, 6, 6, 8]),
}


@pytest.mark.parametrize(("batch", "group", "used"), USED.values(), ids=USED)
def test_the_most_devices_that_divide_the_batch(batch, group, used):
    assert [most_devices(available, batch, group) for available in range(1, 9)] == used


def test_a_batch_smaller_than_its_group_stays_together():
    assert device_counts(2, 4) == (1,)
    assert device_counts(12, 12) == (1,)
