"""Which figures a phantom cohort can have, beyond its annotations; light, as recipes are checked by it."""

from collections.abc import Mapping
from typing import Any

from kgan.errors import RecipeError


def check(figures: Mapping[str, Any]) -> None:
    """Refuse tumours whose least diameter is above their most.

    Raises:
        RecipeError: with what was expected.
    """
    least, most = figures["tumor_diameter"]
    if least > most:
        raise RecipeError(
            f"phantom: tumor_diameter [{least:g}, {most:g}]; expected [least, most] in mm, such as [8, 60]"
        )
