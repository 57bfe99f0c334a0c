"""On how many devices a training computes what it computes on one. Imports no TensorFlow."""


def device_counts(batch: int, group: int = 1) -> tuple[int, ...]:
    """Return the numbers of devices that can share a batch, ascending; 1 is always among them.

    Args:
        batch: images of one update, 1 or more.
        group: consecutive images that one device must hold together, as the network compares them.
    """
    return tuple(n for n in range(1, batch + 1) if batch % n == 0 and (n == 1 or batch // n % group == 0))


def most_devices(available: int, batch: int, group: int = 1) -> int:
    """Return the largest of `device_counts` that is not above ``available`` (1 or more)."""
    return max(count for count in device_counts(batch, group) if count <= available)
