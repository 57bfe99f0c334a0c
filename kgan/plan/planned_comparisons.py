"""Which comparisons of a recipe are planned and decided, which are described."""

from collections.abc import Iterator

from kgan.errors import did_you_mean
from kgan.recipe.schema.recipe import Recipe
from kgan.recipe.validation.plugins import Mistake


def planned(recipe: Recipe) -> dict[str, str]:
    """Return each setup that is compared as planned, with the setup that it is compared with."""
    asked = recipe.compare
    if asked.planned is not None:
        return dict(asked.planned)
    baseline = asked.baseline or next(iter(recipe.setups), None)
    return {setup: baseline for setup in recipe.setups if baseline is not None and setup != baseline}


def involved(recipe: Recipe) -> tuple[str, ...] | None:
    """Return the setups of which one at least is in every pair that is described; ``None`` for all pairs."""
    involving = recipe.compare.involving
    if involving == "refined":
        refiners = recipe.refiners
        return tuple(
            setup for setup, parts in recipe.setups.items() if any(parts.get(name) for name in refiners)
        )
    return None if isinstance(involving, str) else involving


def comparison_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Yield what is wrong with the comparisons that a recipe asks for."""
    asked = recipe.compare
    named = [("involving", setup) for setup in involved(recipe) or ()]
    named += [("baseline", asked.baseline)] if asked.baseline is not None else []
    named += [("planned", setup) for pair in (asked.planned or {}).items() for setup in pair]
    for key, setup in named:
        if setup not in recipe.setups:
            hint = did_you_mean(setup, recipe.setups) or "."
            yield ("compare", key), f"no setup {setup!r}{hint} Setups: {', '.join(recipe.setups)}"
    if asked.baseline is not None and asked.planned is not None:
        text = "expected a baseline or planned pairs, received both; write 'planned: null' for every setup"
        yield ("compare", "baseline"), f"{text} against {asked.baseline!r}"
    for setup, against in (asked.planned or {}).items():
        if setup == against:
            yield ("compare", "planned", setup), "expected another setup to be compared with, received itself"
