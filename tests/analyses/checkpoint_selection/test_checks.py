"""The checks of a refiner's choice, on facts of a recipe that need no plugin."""

import pytest
from fabricated.recipe_facts import recipe_facts

from kgan.analyses.checkpoint_selection.checks import choice_mistakes
from kgan.analyses.checkpoint_selection.settings import Choose


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"variant": "max"}, []),
        ({"among": (2, 4)}, ["among"]),
        ({"among": (4, 2, 5)}, ["among"]),
        ({"among": (0, 5)}, ["among"]),
        ({"setup": "+polsh"}, ["setup"]),
        ({"setup": "real"}, ["setup"]),
        ({"variant": "median"}, ["variant"]),
    ],
)
def test_mistakes(changes, wrong):
    choose = Choose(**{"among": (2, 5), "setup": "+polish", **changes})
    mistakes = list(choice_mistakes("polish", choose, 5, recipe_facts()))
    assert [key for key, _ in mistakes] == [("refiners", "polish", "choose", key) for key in wrong]


def test_another_refiners_images_are_refused():
    facts = recipe_facts(refiners=("polish", "shine"), setups={"both": {"polish": 5, "shine": 5}})
    ((key, text),) = choice_mistakes("polish", Choose(among=(2, 5), setup="both"), 5, facts)
    assert key[-1] == "setup" and "'both' has 'shine'" in text
