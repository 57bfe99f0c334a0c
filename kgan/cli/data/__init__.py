"""The commands ``kgan data``."""
