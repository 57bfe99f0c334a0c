"""Number of GPUs, determined without TensorFlow."""

import os
from pathlib import Path

_DRIVER = Path("/proc/driver/nvidia/gpus")


def gpu_count(driver: Path = _DRIVER) -> int:
    """Return the number of GPUs that the NVIDIA driver lists and ``CUDA_VISIBLE_DEVICES`` allows.

    Args:
        driver: folder of the driver, with one entry per GPU.
    """
    present = len(list(driver.iterdir())) if driver.is_dir() else 0
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return present
    names = [name.strip() for name in visible.split(",")]
    # CUDA uses the names up to the first invalid one.
    allowed = next(
        (place for place, name in enumerate(names) if not name or name.startswith("-")), len(names)
    )
    return min(present, allowed)
