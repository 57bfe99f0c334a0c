"""Ranges of the figures that plugins take, as annotations of their constructors' arguments.

A recipe's values are held against them when it is read, without importing the plugin; `kgan plugins show`
tells them. Infinity and NaN are refused everywhere.
"""

from typing import Annotated, TypeAlias

from annotated_types import Ge, Gt, Le, Lt

#: How many of something that there must be: 1, 2, ...
Count: TypeAlias = Annotated[int, Ge(1)]

#: How many of something that there may be: 0, 1, 2, ...
Whole: TypeAlias = Annotated[int, Ge(0)]

#: Above zero: a learning rate, a width.
Positive: TypeAlias = Annotated[float, Gt(0)]

#: Zero or above: a weight.
NonNegative: TypeAlias = Annotated[float, Ge(0)]

#: From 0 to 1, both included.
Share: TypeAlias = Annotated[float, Ge(0), Le(1)]

#: From 0, included, to 1, excluded: the decay of a moving average, a momentum.
Decay: TypeAlias = Annotated[float, Ge(0), Lt(1)]
