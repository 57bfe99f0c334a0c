"""Plugins found through entry points: listed and described without importing them, loaded one at a time."""

from kgan.registry.constants import constants_of
from kgan.registry.contract import SUPPLIED
from kgan.registry.describing import Description, describe
from kgan.registry.loading import load
from kgan.registry.offers import KINDS, Offer, available, find, unreadable
from kgan.registry.parameters import Problem, check_parameters, parameters_of
from kgan.registry.signature import Parameter

__all__ = [
    "KINDS",
    "SUPPLIED",
    "Description",
    "Offer",
    "Parameter",
    "Problem",
    "available",
    "check_parameters",
    "constants_of",
    "describe",
    "find",
    "load",
    "parameters_of",
    "unreadable",
]
