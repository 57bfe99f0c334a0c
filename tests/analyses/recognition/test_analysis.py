"""The checks of the section on recognition, on facts of a recipe that need no plugin; and its plan."""

import pytest
from fabricated.recipe_facts import recipe_facts

from kgan import recipe
from kgan.analyses.recognition.analysis import RecognitionAnalysis
from kgan.analyses.recognition.settings import Recognition, RecognitionSettings
from kgan.plan import plan

SETUPS = {
    "real": {"real": "all"},
    "+classic": {"real": "all", "classic": 10, "polish": 0},
    "+polish": {"real": "all", "polish": 30},
    "+further": {"real": "all", "further_real": 30},
}


@pytest.mark.parametrize(
    ("section", "facts", "wrong"),
    [
        ({"setup": "real"}, {}, []),
        ({"setup": "+classic", "variant": "max"}, {}, []),
        ({"setup": "+clasic"}, {}, ["recognition.setup"]),
        ({"setup": "+polish"}, {}, ["recognition.setup"]),
        # Twice: of further patients, and of other sources than real ones.
        ({"setup": "+further"}, {}, ["recognition.setup", "recognition.setup"]),
        ({"setup": "real", "variant": "most"}, {}, ["recognition.variant"]),
        ({"setup": "real"}, {"variants": None}, ["recognition"]),
        ({"setup": "real"}, {"gans": (), "pools": ()}, ["recognition"]),
        ({"setup": "real"}, {"without_classes": ("tiles",)}, ["recognition"]),
    ],
)
def test_mistakes(section, facts, wrong):
    mistakes = RecognitionAnalysis().mistakes(Recognition(**section), recipe_facts(setups=SETUPS, **facts))
    assert [".".join(map(str, key)) for key, _ in mistakes] == wrong


def test_it_needs_as_many_images_of_each_class():
    assert RecognitionAnalysis().images_needed(Recognition(setup="real", images=30), "tiles", 2) == 60


def test_the_first_classifier_of_the_setup_classifies_every_pool():
    changes = ["recognition={setup: 2 +classic, images: 40}", "repeats={seeds: 2}"]
    steps = {step.name: step for step in plan(recipe.load("two_step", overrides=changes))}
    step = steps["recognize"]
    assert isinstance(step.settings, RecognitionSettings)
    assert steps[step.settings.classifier].settings.kind == "classify"
    assert {pool.name for pool in step.settings.pools} == {"pggan", "pggan_curated", "munit", "simgan"}
    needed = {step.settings.classifier, *(pool.step for pool in step.settings.pools)}
    assert needed < set(step.needs)
