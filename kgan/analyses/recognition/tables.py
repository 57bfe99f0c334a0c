"""The table of recognition: how many images of each set and class a classifier assigns to their class."""

from typing import Annotated

from pydantic import Field

from kgan.files.columns import Count, Maybe, Name, Real, Row, Share
from kgan.files.tables import Table

#: The set of real test images.
REAL = "real"


class Recognized(Row):
    """Images of one set and class.

    Args:
        image_set: the pool's name; `REAL` for real test images.
        class_name: what the images are meant to show.
        images: number of them that were classified.
        recognized: number of them that were assigned to their class.
        share: ``recognized / images``.
        low: lower limit of its 95 % interval: Wilson's for generated images, of patients for real ones.
        high: upper limit.
        of_real: ``share`` as a part of that of the real test images of the class; ``None`` where that is 0.
    """

    image_set: Annotated[Name, Field(alias="set")]
    class_name: Annotated[Name, Field(alias="class")]
    images: Count
    recognized: Count
    share: Share
    low: Maybe[Real]
    high: Maybe[Real]
    of_real: Maybe[Real]


RECOGNIZED = Table("recognition.csv", Recognized)
