"""The loss is offered through this re-export."""

from .plain import Plain

__all__ = ["Plain"]
