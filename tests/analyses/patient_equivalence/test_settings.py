import pytest
from pydantic import ValidationError

from kgan.analyses.patient_equivalence.settings import Equivalent


@pytest.mark.parametrize("patients", [[7, 14], [0.1, 0.5, "all"], [7, "all"]], ids=str)
def test_numbers_and_shares_of_patients(patients):
    section = Equivalent(source="pggan", images=400, patients=patients)
    assert section.patients == tuple(patients) and section.classic == 0 and section.variant is None
    assert Equivalent.model_validate_json(section.model_dump_json()) == section


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"patients": [7]}, "two or more numbers of patients"),
        ({"patients": [14, 7]}, "ascending"),
        ({"patients": [7, 7]}, "ascending"),
        ({"patients": [0.5, 7]}, "two or more numbers of patients"),
        ({"patients": ["all", 7]}, "the last may be all"),
        ({"patients": [0, 7]}, "two or more numbers of patients"),
        ({"patients": 7}, "two or more numbers of patients"),
        ({"patients": [True, 7]}, "two or more numbers of patients"),
        ({"images": 7}, "an even number of images"),
        ({"images": 0}, "greater than or equal to 2"),
        ({"classic": -2}, "an even number of images"),
    ],
    ids=str,
)
def test_what_cannot_be_requested(changes, says):
    with pytest.raises(ValidationError, match=says):
        Equivalent(**({"source": "pggan", "images": 400, "patients": [7, 14]} | changes))
