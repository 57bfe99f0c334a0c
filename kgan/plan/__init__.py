"""From a recipe to ordered steps. Needs no TensorFlow."""

from kgan.plan.plan import Step, plan, steps_until

__all__ = ["Step", "plan", "steps_until"]
