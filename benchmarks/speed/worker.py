"""The process of one side of one job: it does the work that it is told to on its standard input.

``python -m benchmarks.speed.worker JOB SIDE THREADS`` reads lines of JSON and answers each with one.
"""

import json
import os
import resource
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.jobs import JOBS
from kgan.training.gpus import gpu_count


def main(name: str, side: str, threads: int) -> None:
    # Libraries print; the answers go where they cannot.
    answers, sys.stdout = sys.stdout, sys.stderr
    with redirect_stdout(sys.stderr):
        _configure(side, threads)
        job = next(job for job in JOBS if job.name == name)
        work = job.sides[side]()
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_obey(work, **order)), file=answers, flush=True)


def _configure(side: str, threads: int) -> None:
    if "PyTorch" in side:
        import torch

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        # As TensorFlow does.
        torch.set_flush_denormal(True)
        if torch.cuda.is_available():
            torch.set_default_device("cuda")
    else:
        from kgan.training.arithmetic import configure
        from kgan.training.tensorflow_import import import_tensorflow

        configure({"threads": threads})
        import_tensorflow()
        configure({"threads": threads})


def _obey(work: Any, order: str, **values: Any) -> dict[str, Any]:
    if order == "write probe":
        np.savez(Path(values["path"]), **work.probe())
        return {}
    if order == "compare":
        with np.load(values["path"]) as probe:
            loss, gradient = work.compare(probe)
            return {"loss": loss, "gradient": gradient}
    if order == "count operations":
        return {"operations": work.operations()}
    return _measured(work, values["units"])


def _measured(work: Any, units: int) -> dict[str, float]:
    wall, processor = time.perf_counter(), _cpu_seconds()
    work.run(units)
    _wait_for_gpu()
    return {
        "wall": (time.perf_counter() - wall) / units,
        "cpu": (_cpu_seconds() - processor) / units,
        "memory": _peak_megabytes(),
        "gpu": gpu_count() > 0,
    }


def _wait_for_gpu() -> None:
    """Wait until PyTorch's GPU has done its work; kgan's steps wait themselves."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.synchronize()


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _peak_megabytes() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
