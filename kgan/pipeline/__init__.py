"""Runs a plan's steps in order, skips what is finished, and owns folders, manifests and the lock."""

from kgan.pipeline.engine import run
from kgan.pipeline.state.status import Standing, status

__all__ = ["Standing", "run", "status"]
