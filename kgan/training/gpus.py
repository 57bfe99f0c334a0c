"""The GPUs of this machine, determined without TensorFlow."""

import os
from pathlib import Path

_DRIVER = Path("/proc/driver/nvidia/gpus")


def visible_gpus(driver: Path = _DRIVER) -> tuple[str, ...]:
    """Return the GPUs that the NVIDIA driver lists and ``CUDA_VISIBLE_DEVICES`` allows, as that names them.

    Args:
        driver: folder of the driver, with one entry per GPU.
    """
    present = len(list(driver.iterdir())) if driver.is_dir() else 0
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return tuple(map(str, range(present)))
    names = [name.strip() for name in visible.split(",")]
    # CUDA uses the names up to the first invalid one.
    allowed = next(
        (place for place, name in enumerate(names) if not name or name.startswith("-")), len(names)
    )
    return tuple(names[: min(present, allowed)])


def gpu_count(driver: Path = _DRIVER) -> int:
    """Return the number of `visible_gpus`."""
    return len(visible_gpus(driver))
