"""How a recipe's choice of a refiner's checkpoint is checked."""

from collections.abc import Iterator

from kgan.analyses.checkpoint_selection.settings import Choose
from kgan.analyses.recipe_facts import Mistake, RecipeFacts, setup_mistakes


def choice_mistakes(refiner: str, choose: Choose, last: int, facts: RecipeFacts) -> Iterator[Mistake]:
    """Yield what is wrong with the choice beside its types.

    Args:
        refiner: its name.
        choose: the section.
        last: steps of the refiner's training.
        facts: of the recipe.
    """
    here = ("refiners", refiner, "choose")
    if list(choose.among) != sorted(set(choose.among)) or choose.among[-1] != last:
        text = f"expected ascending numbers that end with train.steps, {last}"
        yield (*here, "among"), f"{text}, received {', '.join(map(str, choose.among))}"
    if choose.among[0] < 1:
        yield (*here, "among"), f"expected 1 step or more, received {choose.among[0]}"
    yield from setup_mistakes(here, choose.setup, choose.variant, facts, "setup")
    parts = facts.setups.get(choose.setup)
    if parts is not None and not parts.get(refiner):
        yield (*here, "setup"), f"expected a setup with images of {refiner!r}; {choose.setup!r} has none"
    others = [source for source in parts or () if source in facts.refiners and source != refiner]
    if others:
        text = f"expected no other refiner's images than {refiner!r}'s; {choose.setup!r} has {others[0]!r}"
        yield (*here, "setup"), text
