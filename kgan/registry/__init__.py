"""Plugins found through entry points: listed and described without importing them, loaded one at a time."""

from kgan.registry.describing import Description, describe
from kgan.registry.loading import load
from kgan.registry.offers import KINDS, Offer, available, find, unreadable
from kgan.registry.parameters import Problem, check_parameters
from kgan.registry.signature import Parameter

__all__ = [
    "KINDS",
    "Description",
    "Offer",
    "Parameter",
    "Problem",
    "available",
    "check_parameters",
    "describe",
    "find",
    "load",
    "unreadable",
]
