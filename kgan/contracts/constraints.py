"""Types of parameters with their ranges: of plugins' configurations, and of a recipe's training options.

Infinity and NaN are refused everywhere (`kgan.contracts.config.PluginConfig`).
"""

from typing import Annotated, TypeAlias

from annotated_types import Ge, Gt, Le, Lt

from kgan.files.inputs import InputFile, InputFolder

__all__ = [
    "DecayRate",
    "Fraction",
    "InputFile",
    "InputFolder",
    "NonNegativeFloat",
    "NonNegativeInt",
    "PositiveFloat",
    "PositiveInt",
]

#: 1, 2, ...
PositiveInt: TypeAlias = Annotated[int, Ge(1)]

#: 0, 1, 2, ...
NonNegativeInt: TypeAlias = Annotated[int, Ge(0)]

#: Above 0: a learning rate, a width.
PositiveFloat: TypeAlias = Annotated[float, Gt(0)]

#: 0 or above: a weight of a loss.
NonNegativeFloat: TypeAlias = Annotated[float, Ge(0)]

#: From 0 to 1, both included.
Fraction: TypeAlias = Annotated[float, Ge(0), Le(1)]

#: From 0, included, to 1, excluded: the decay of a moving average, a momentum.
DecayRate: TypeAlias = Annotated[float, Ge(0), Lt(1)]
