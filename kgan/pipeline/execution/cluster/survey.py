"""What the workers of a cluster declare: threads and resources."""

from dataclasses import dataclass, field
from typing import Any

from kgan.pipeline.execution.backend import Demand


@dataclass(frozen=True)
class Slots:
    """What the workers declare, all together and at most.

    Args:
        workers: their number.
        threads: of all; each runs one step at a time.
        gpus: resource ``GPU`` of all.
        largest: by the name of a resource (``GPU``, ``MEMORY``), the most that one worker has.
    """

    workers: int = 0
    threads: int = 0
    gpus: float = 0.0
    largest: dict[str, float] = field(default_factory=dict)

    def request(self, demand: Demand) -> dict[str, float]:
        """Return the resources that Dask must find for a step, of those that any worker declares.

        A step that would need more memory than the largest worker has gets all of that worker's.
        """
        request: dict[str, float] = {}
        if demand.gpus and "GPU" in self.largest:
            request["GPU"] = demand.gpus
        if "MEMORY" in self.largest:
            request["MEMORY"] = min(demand.gigabytes * 1e9, self.largest["MEMORY"])
        return request


def survey(dask_scheduler: Any = None) -> Slots:
    """Return what the workers declare; runs in the scheduler, which Dask gives as the argument."""
    workers = list(dask_scheduler.workers.values())
    largest: dict[str, float] = {}
    for worker in workers:
        for name, number in worker.resources.items():
            largest[name] = max(number, largest.get(name, 0.0))
    gpus = sum(worker.resources.get("GPU", 0) for worker in workers)
    return Slots(len(workers), sum(worker.nthreads for worker in workers), gpus, largest)
