"""What a plugin's class says of itself in attributes, such as a reader's class names."""

from collections.abc import Mapping
from typing import Any

from kgan.registry.describing import describe
from kgan.registry.loading import load


def constants_of(kind: str, name: str) -> Mapping[str, Any]:
    """Return a plugin's literal class attributes from its source, or else by loading it.

    Raises:
        PluginError: the plugin is unknown or broken.
    """
    found = describe(kind, name)
    return vars_of(load(kind, name)) if found.parameters is None else found.constants


def vars_of(cls: type) -> dict[str, Any]:
    """Return the class attributes of a loaded class that are plain values."""
    plain = (bool, int, float, str, tuple, list, dict, type(None))
    members = {key: value for base in reversed(cls.__mro__) for key, value in vars(base).items()}
    return {key: value for key, value in members.items() if isinstance(value, plain) and key[:2] != "__"}
