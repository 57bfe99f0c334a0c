import pytest
from pydantic import ValidationError

from kgan.analyses.visual_turing.facts import WrittenTest, written_tests

TEST = {
    "name": "pggan", "test": "0" * 16, "images": 8, "real": 5, "synthetic": 3, "repeats": 1,
    "image_size": [16, 12], "real_from": ["test"], "patients": 2,
}  # fmt: skip


def test_the_tests_of_a_manifest_are_typed():
    (test,) = written_tests({"tests": [TEST], "limits": []})
    assert test == WrittenTest(**TEST)
    assert (test.image_size, test.real_from) == ((16, 12), ("test",))
    assert test.model_dump(mode="json") == TEST


def test_facts_without_tests_are_refused():
    with pytest.raises(ValidationError):
        written_tests({})
