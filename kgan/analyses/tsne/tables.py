"""The table that the t-SNE map writes."""

from typing import Annotated

from pydantic import Field

from kgan.files.columns import Real, Row, Text
from kgan.files.tables import Table


class MapPoint(Row):
    """Where one image lies on the map.

    Args:
        image_set: the source's name; `REAL` for real images.
        class_name: of the image.
        x: coordinate, without unit.
        y: coordinate, without unit.
    """

    image_set: Annotated[Text, Field(alias="set")]
    class_name: Annotated[Text, Field(alias="class")]
    x: Real
    y: Real


#: Name of the set of real images.
REAL = "real"
POINTS = Table("tsne.csv", MapPoint)
