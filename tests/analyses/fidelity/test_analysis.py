"""The checks of the section on fidelity metrics, on facts of a recipe that need no plugin."""

import pytest
from fabricated.recipe_facts import recipe_facts

from kgan.analyses.fidelity.analysis import FidelityAnalysis
from kgan.analyses.fidelity.settings import Measures


@pytest.mark.parametrize(
    ("section", "facts", "wrong"),
    [
        ({}, {}, []),
        ({}, {"gans": ()}, ["measures"]),
        ({"images": 16}, {}, ["measures.images"]),
        ({"images": 17}, {}, []),
        ({"distances": {"features": "pixels"}}, {}, []),
        (
            {"distances": {"features": {"classifier": "fake", "image_size": (8, 8)}}},
            {},
            ["measures.distances.features.classifier"],
        ),
    ],
)
def test_mistakes(section, facts, wrong):
    mistakes = FidelityAnalysis().mistakes(Measures(**section), recipe_facts(**facts))
    assert [".".join(map(str, key)) for key, _ in mistakes] == wrong


def test_it_needs_images_of_every_pool():
    assert FidelityAnalysis().images_needed(Measures(images=30), "tiles", 2) == 30
