"""What types cannot tell of comparisons: setups that exist, and one way to plan."""

from collections.abc import Iterator

from kgan.analyses.comparison.analysis import involved_setups
from kgan.analyses.recipe_facts import Mistake
from kgan.errors import did_you_mean
from kgan.recipe.schema import Recipe


def comparison_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Yield what is wrong with the comparisons that a recipe asks for."""
    asked = recipe.compare
    named = [
        ("involving", setup) for setup in involved_setups(asked, recipe.setups, tuple(recipe.refiners)) or ()
    ]
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
