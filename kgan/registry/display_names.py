"""How models, curations and setups are called wherever people read their names."""

import re
from collections.abc import Mapping

from kgan.errors import KganError
from kgan.registry.entry_points import find

#: A plus in a setup's name, and the source that it adds.
_SOURCE = re.compile(r"(\+\s*)(\w+)")


def display_name(name: str, plugin: str, title: str | None = None) -> str:
    """Return what a GAN or refiner is called.

    That is the recipe's title, or the name of the plugin's class where the recipe's name is like it (SimGAN).

    Args:
        name: in the recipe.
        plugin: name of its plugin.
        title: that the recipe gives it, if any.
    """
    if title:
        return title
    try:
        class_name = find("gans", plugin).attribute.removesuffix("Config")
    except KganError:
        return name
    return class_name if class_name.lower() == name.replace("_", "").lower() else name


def curated_name(source: str) -> str:
    """Return what a curated pool is called, by the display name of the pool that it is made from."""
    return f"{source}, curated"


def setup_name(setup: str, names: Mapping[str, str]) -> str:
    """Return what a setup is called: its name, with display names in place of the models' (``+SimGAN``).

    Only names after a plus are sources; any other word may be one by chance.

    Args:
        setup: name in the recipe.
        names: display names by the names in the recipe.
    """
    return _SOURCE.sub(lambda added: added[1] + names.get(added[2], added[2]), setup)
