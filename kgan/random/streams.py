"""NumPy generators that are a function of a seed, a stream's name and indices, never of call order."""

import hashlib

import numpy as np

_KEY_BYTES = 16  # Philox4x64 takes a key of 128 bits


def rng(seed: int, stream: str, *indices: int) -> np.random.Generator:
    """Return the generator of one purpose; equal arguments give equal numbers in any process.

    Args:
        seed: the run's or the plugin's seed, any integer.
        stream: what the numbers are for, such as ``"phantom.noise"``.
        indices: which of many (a patient, an epoch, ...), any integers.

    Returns:
        Generator: a Philox generator whose key is drawn from the arguments by SHA-256.

    Reference: Philox4x64-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
    """
    words = [str(int(seed)), str(stream), *(str(int(index)) for index in indices)]
    # A length before each word, so that no two lists of words read the same.
    text = "".join(f"{len(word)}:{word}" for word in words)
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:_KEY_BYTES], "little")))
