"""The checks of the section on patient equivalence, on facts of a recipe that need no plugin."""

import pytest
from fabricated.recipe_facts import recipe_facts

from kgan.analyses.patient_equivalence.analysis import PatientEquivalenceAnalysis
from kgan.analyses.patient_equivalence.settings import Equivalent


def section(**changes):
    return Equivalent(**({"source": "tiles", "images": 40, "patients": (2, 5)} | changes))


@pytest.mark.parametrize(
    ("changes", "facts", "wrong"),
    [
        ({}, {}, []),
        ({"source": "tile"}, {}, ["equivalent.source"]),
        ({"variant": "max"}, {}, []),
        ({"variant": "most"}, {}, ["equivalent.variant"]),
        ({"patients": (2, 6)}, {}, ["equivalent.patients"]),
        ({"patients": (2, 6)}, {"training_patients": 0.5}, []),
        ({"patients": (0.5, "all")}, {}, []),
        ({"source": "tile"}, {"variants": None}, ["equivalent"]),
    ],
)
def test_mistakes(changes, facts, wrong):
    mistakes = PatientEquivalenceAnalysis().mistakes(section(**changes), recipe_facts(**facts))
    assert [".".join(map(str, key)) for key, _ in mistakes] == wrong


def test_it_needs_images_of_its_pool_alone():
    analysis = PatientEquivalenceAnalysis()
    assert [analysis.images_needed(section(), pool, 2) for pool in ("tiles", "polish")] == [40, 0]
