"""Plugins found through entry points: listed and described without importing them, loaded one at a time."""

from kgan.contracts.needs import NEEDS
from kgan.registry.checking import deviations_of, group_size, objection
from kgan.registry.constants import constants_of
from kgan.registry.contract import SUPPLIED
from kgan.registry.describing import Description, describe
from kgan.registry.loading import load
from kgan.registry.memory import unchanging
from kgan.registry.offers import KINDS, Offer, available, find, unreadable
from kgan.registry.parameters import Problem, check_parameters, figures_of, parameters_of
from kgan.registry.signature import Parameter

__all__ = [
    "KINDS",
    "NEEDS",
    "SUPPLIED",
    "Description",
    "Offer",
    "Parameter",
    "Problem",
    "available",
    "check_parameters",
    "constants_of",
    "describe",
    "deviations_of",
    "figures_of",
    "find",
    "group_size",
    "load",
    "objection",
    "parameters_of",
    "unchanging",
    "unreadable",
]
