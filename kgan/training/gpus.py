"""How many GPUs there are, as far as that can be told without TensorFlow."""

import os
from pathlib import Path

_DRIVER = Path("/proc/driver/nvidia/gpus")


def gpu_count(driver: Path = _DRIVER) -> int:
    """Return the number of GPUs that the NVIDIA driver shows and ``CUDA_VISIBLE_DEVICES`` allows.

    Args:
        driver: the driver's folder, with one for each GPU.
    """
    there = len(list(driver.iterdir())) if driver.is_dir() else 0
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return there
    names = [name.strip() for name in visible.split(",")]
    # CUDA takes the names up to the first that is none.
    allowed = next(
        (place for place, name in enumerate(names) if not name or name.startswith("-")), len(names)
    )
    return min(there, allowed)
