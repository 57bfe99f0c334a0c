"""The tables that a curation writes."""

from typing import Annotated

from pydantic import Field

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
