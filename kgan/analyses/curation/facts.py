"""What a curation records of the images that it keeps and discards."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict


class ClassCounts(BaseModel):
    """Images of one class.

    Args:
        images: of the pool that was curated.
        kept: of these.
    """

    model_config = ConfigDict(frozen=True)

    images: int
    kept: int


class CurationFacts(BaseModel):
    """Facts of the step; others are passed over.

    Args:
        images: of the curated pool.
        kept: the same.
        discarded: images of the source that are not in it.
        classes: by name; empty where images have none.
        rule: in words.
        clusters: of the images; 0 where all are kept without clusters.
        clusters_kept: of these.
        features: by which images were compared, in words.
        note: why other features stand in for those of the recipe; empty where they do not.
        decided_by: the reviewer; empty where there is none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    images: int
    kept: int
    discarded: int
    classes: dict[str, ClassCounts]
    rule: str
    clusters: int = 0
    clusters_kept: int = 0
    features: str = ""
    note: str = ""
    decided_by: str = ""


def read_facts(facts: Mapping[str, Any]) -> CurationFacts:
    """Return the facts of a finished step."""
    return CurationFacts.model_validate(facts)
