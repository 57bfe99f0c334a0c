"""Plugins of every kind in one small distribution; the loss is offered through this re-export."""

from .loss import Plain

__all__ = ["Plain"]
