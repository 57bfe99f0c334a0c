"""What the step records of the Visual Turing Tests that it wrote."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict


class WrittenTest(BaseModel):
    """One test.

    Args:
        name: of the pool, and of the page.
        test: the test's identity.
        images: that are shown, each counted once.
        real: of these.
        synthetic: of these.
        repeats: images that are shown a second time.
        image_size: (height, width) px.
        real_from: splits that the real images are of.
        patients: of the real images.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    test: str
    images: int
    real: int
    synthetic: int
    repeats: int
    image_size: tuple[int, int]
    real_from: tuple[str, ...]
    patients: int


class TuringFacts(BaseModel):
    """Facts of the step; others are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    tests: tuple[WrittenTest, ...]


def written_tests(facts: Mapping[str, Any]) -> tuple[WrittenTest, ...]:
    """Return the tests by the facts of a finished step."""
    return TuringFacts.model_validate(facts).tests
