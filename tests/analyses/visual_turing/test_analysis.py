"""The checks of the section, on facts of a recipe that need no plugin."""

import pytest
from fabricated.recipe_facts import recipe_facts

from kgan.analyses.visual_turing.analysis import VisualTuringAnalysis
from kgan.analyses.visual_turing.settings import Turing


@pytest.mark.parametrize(
    ("section", "facts", "wrong"),
    [
        ({}, {}, []),
        ({"sources": ("polish", "kept")}, {}, []),
        ({"sources": ("tyles",)}, {}, [("turing", "sources")]),
        ({}, {"gans": ()}, [("turing",)]),
        ({"real": 5, "synthetic": 3, "repeats": 8}, {}, []),
        ({"real": 5, "synthetic": 3, "repeats": 9}, {}, [("turing", "repeats")]),
        ({"real": 5, "synthetic": 3, "repeats": 5}, {"classes": 1}, [("turing", "repeats")]),
    ],
)
def test_mistakes(section, facts, wrong):
    mistakes = VisualTuringAnalysis().mistakes(Turing(**section), recipe_facts(**facts))
    assert [key for key, _ in mistakes] == wrong


def test_it_needs_as_many_images_of_each_class():
    assert VisualTuringAnalysis().images_needed(Turing(synthetic=30), "tiles", 3) == 90
