"""From a recipe to ordered steps. Needs no TensorFlow."""

from kgan.pipeline.step import Step
from kgan.plan.plan import plan
from kgan.plan.selection import steps_until

__all__ = ["Step", "plan", "steps_until"]
