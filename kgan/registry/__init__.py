"""Plugins found through entry points; their light configurations list, describe and check them."""

from kgan.registry.cache import unchanging
from kgan.registry.describing import Description, describe
from kgan.registry.display_names import curated_name, display_name, setup_name
from kgan.registry.entry_points import Offer, available, find, unreadable
from kgan.registry.kinds import KINDS, SUPPLIED
from kgan.registry.loading import config_class
from kgan.registry.parameters import Parameter, Problem, check_parameters, configure, parameters_of

__all__ = [
    "KINDS",
    "SUPPLIED",
    "Description",
    "Offer",
    "Parameter",
    "Problem",
    "available",
    "check_parameters",
    "config_class",
    "configure",
    "curated_name",
    "describe",
    "display_name",
    "find",
    "parameters_of",
    "setup_name",
    "unchanging",
    "unreadable",
]
