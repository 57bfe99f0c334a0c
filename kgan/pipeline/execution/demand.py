"""What each step needs while it runs, from its settings and the recipe's ``compute`` section."""

from collections.abc import Iterable, Mapping
from typing import Any

from kgan.errors import RunError
from kgan.pipeline.execution.backend import Demand
from kgan.pipeline.settings import StepSettings
from kgan.pipeline.step import Step


class Demands:
    """Demands of the steps of a run.

    Args:
        compute: ``strategy``, and ``devices`` of each training.
        gpus: the largest number that one step can have.

    Raises:
        RunError: a training asks for more GPUs than there are.
    """

    def __init__(self, compute: Mapping[str, Any], gpus: int) -> None:
        devices = compute.get("devices")
        number = devices if isinstance(devices, int) else 1
        if number > max(gpus, 1) and not (gpus == 0 and compute.get("strategy") == "mirrored"):
            raise RunError(
                f"compute.devices: each training asks for {number} GPUs; found {gpus}. Give a smaller "
                "number, or check CUDA_VISIBLE_DEVICES"
            )
        self._most = min(gpus, 1 if compute.get("strategy") == "one" else number)

    def of(self, settings: StepSettings) -> Demand:
        """Return what a step needs."""
        return Demand(settings.devices(self._most), settings.gigabytes)

    def gpus(self, steps: Iterable[Step[Any]]) -> dict[str, int]:
        """Return how many GPUs each step holds while it runs, by name."""
        return {step.name: self.of(step.settings).gpus for step in steps}
