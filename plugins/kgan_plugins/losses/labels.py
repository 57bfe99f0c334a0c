"""Labels of real images, for losses that have labels."""

from typing import Annotated, TypeAlias

from annotated_types import Gt, Le

#: What real images are labelled with. Generated ones have 0, and a label nearer to that teaches nothing;
#: the range also catches those who write 0.1 because elsewhere smoothing is the distance from 1.
Label: TypeAlias = Annotated[float, Gt(0.5), Le(1)]
