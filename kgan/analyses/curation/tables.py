"""The tables and facts that a curation writes."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from kgan.files.columns import Count, Real, Row, Text, YesNo
from kgan.files.tables import Table


class ClusterRow(Row):
    """One cluster of a pool's images.

    Args:
        cluster: its number.
        class_name: of its images; empty where they have none.
        images: how many it holds.
        distance: mean distance of its images from the nearest real ones.
        kept: whether its images stay.
        reason: in words.
    """

    cluster: Count
    class_name: Annotated[Text, Field(alias="class")]
    images: Count
    distance: Real
    kept: YesNo
    reason: Text


class ImageRow(Row):
    """One image of the pool that was curated.

    Args:
        image: its number in that pool.
        class_name: empty where it has none.
        cluster: that it is in.
        distance: from the nearest real images.
        kept: whether it stays.
    """

    image: Count
    class_name: Annotated[Text, Field(alias="class")]
    cluster: Count
    distance: Real
    kept: YesNo


CLUSTERS = Table("clusters.csv", ClusterRow)
IMAGES = Table("kept.csv", ImageRow)


class ClassCounts(BaseModel):
    """Images of one class.

    Args:
        images: of the pool that was curated.
        kept: of these.
        baseline: distance of real images from those of other patients; ``None`` where it is not known.
    """

    model_config = ConfigDict(frozen=True)

    images: int
    kept: int
    baseline: float | None = None


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
