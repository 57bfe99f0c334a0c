"""Randomness as functions of (seed, stream, index): NumPy generators, counter-based numbers, tensors."""
