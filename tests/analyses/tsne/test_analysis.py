"""The checks of the t-SNE section, on facts of a recipe that need no plugin."""

import pytest
from fabricated.recipe_facts import recipe_facts

from kgan.analyses.tsne.analysis import TsneAnalysis
from kgan.analyses.tsne.settings import Tsne


def keys(facts, **section):
    mistakes = TsneAnalysis().mistakes(Tsne(image_size=12, **section), facts)
    return [".".join(map(str, key)) for key, _ in mistakes]


@pytest.mark.parametrize(
    ("section", "facts", "wrong"),
    [
        ({}, {}, []),
        ({"images": 30, "perplexity": 59}, {}, []),
        ({"images": 30, "perplexity": 60}, {}, ["tsne.perplexity"]),
        ({"sources": ("tiles", "classic")}, {}, []),
        ({"sources": ("tile",)}, {}, ["tsne.sources"]),
        ({}, {"without_classes": ("tiles",)}, ["tsne.sources"]),
        ({"sources": ("polish",)}, {"without_classes": ("tiles",)}, []),
        ({"sources": ()}, {"has_labels": False}, ["tsne"]),
    ],
)
def test_mistakes(section, facts, wrong):
    assert keys(recipe_facts(**facts), **section) == wrong


def test_it_needs_as_many_images_of_each_class():
    section = Tsne(image_size=12, images=30)
    assert TsneAnalysis().images_needed(section, "tiles", 3) == 90
