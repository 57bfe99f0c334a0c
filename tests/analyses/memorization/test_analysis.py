"""The checks of the section, on facts of a recipe that need no plugin."""

import pytest
from fabricated.recipe_facts import recipe_facts

from kgan.analyses.memorization.analysis import MemorizationAnalysis
from kgan.analyses.memorization.settings import Privacy


@pytest.mark.parametrize(
    ("features", "wrong"),
    [
        ("random", []),
        ({"network": "resnet50", "classifier": "real"}, []),
        ({"network": None, "classifier": "7 none"}, [("privacy", "features", "classifier")]),
        ({"network": "resnet50", "weights": "nowhere.h5"}, [("privacy", "features", "weights")]),
    ],
)
def test_mistakes(features, wrong):
    mistakes = MemorizationAnalysis().mistakes(Privacy(features=features), recipe_facts())
    assert [key for key, _ in mistakes] == wrong


def test_it_asks_for_no_images_of_its_own():
    assert MemorizationAnalysis().images_needed(Privacy(images=900), "tiles", 2) == 0
