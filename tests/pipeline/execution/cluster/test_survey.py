"""What workers declare decides what Dask must find for a step."""

from types import SimpleNamespace

import pytest

from kgan.pipeline.execution.backend import Demand
from kgan.pipeline.execution.cluster.survey import Slots, survey


def test_threads_add_up_and_of_resources_the_largest_counts():
    workers = {
        "a": SimpleNamespace(nthreads=1, resources={"GPU": 2.0}),
        "b": SimpleNamespace(nthreads=4, resources={"GPU": 1.0, "MEMORY": 8e9}),
    }
    slots = survey(dask_scheduler=SimpleNamespace(workers=workers))
    assert slots == Slots(2, 5, gpus=3.0, largest={"GPU": 2.0, "MEMORY": 8e9})


@pytest.mark.parametrize(
    ("declared", "demand", "request_"),
    [
        ({}, Demand(gpus=1), {}),
        ({"GPU": 1.0}, Demand(gpus=1), {"GPU": 1}),
        ({"GPU": 1.0}, Demand(), {}),
        ({"MEMORY": 8e9}, Demand(gigabytes=4), {"MEMORY": 4e9}),
        ({"MEMORY": 3e9}, Demand(gigabytes=4), {"MEMORY": 3e9}),
    ],
)
def test_only_declared_resources_are_requested(declared, demand, request_):
    assert Slots(1, 1, largest=declared).request(demand) == request_
