"""Recipe section and step settings of the patient equivalence of a pool."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from kgan.pipeline.settings import Role, StepSettings
from kgan.schema.base import Part
from kgan.schema.types import Name, Share


def _numbers(value: object) -> tuple[int | float | str, ...]:
    """Accept two or more numbers or fractions of patients, ascending, the last one optionally ``all``."""
    if isinstance(value, (list, tuple)) and len(value) > 1:
        numbers = list(value[:-1] if value[-1] == "all" else value)
        whole = all(type(number) is int and number >= 1 for number in numbers)
        shares = all(type(number) is float and 0 < number < 1 for number in numbers)
        if (whole or shares) and numbers == sorted(set(numbers)):
            return tuple(value)
    raise ValueError(
        "two or more numbers of patients, or fractions between 0 and 1, ascending; the last may be all"
    )


def _even(value: object) -> int:
    if type(value) is int and value >= 0 and value % 2 == 0:
        return value
    raise ValueError("an even number of images, half for each class")


Even = Annotated[
    int,
    BeforeValidator(_even),
    WithJsonSchema({"type": "integer", "minimum": 0, "multipleOf": 2}),
]
_NUMBER = {
    "anyOf": [
        {"type": "integer", "minimum": 1},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"const": "all"},
    ]
}
Numbers = Annotated[
    tuple[Share | Literal["all"], ...],
    BeforeValidator(_numbers),
    WithJsonSchema({"type": "array", "items": _NUMBER, "minItems": 2}),
]


class Equivalent(Part):
    """Patient equivalence of a pool: classifiers of growing numbers of patients, with and without it."""

    source: str = Field(description="GAN, curation or refiner of the pool.")
    images: Even = Field(ge=2, description="Images of the pool, over both classes.")
    patients: Numbers = Field(
        description="Numbers of training patients, ascending; smaller sets are subsets of larger ones."
    )
    classic: Even = Field(
        default=0, ge=0, description="Images of classic augmentation, both with and without the pool."
    )
    variant: Name | None = Field(
        default=None, description="Variant of the classifier; null: the one with weights, if any."
    )


class LearningCurvePoint(Part):
    """A classifier trained on a subset of the patients.

    Args:
        patients: their number or fraction, or "all".
        pool: whether it was also trained on the pool.
        step: of its training.
        seed: number of the run, from 1.
    """

    patients: int | float | Literal["all"]
    pool: bool
    step: str
    seed: int


class PatientEquivalenceSettings(StepSettings):
    """Settings of the patient equivalence.

    Args:
        source: of the pool.
        title: of the pool, for figures.
        cells: classifiers of increasing numbers of patients, with and without the pool.
        base: description of the training images that all classifiers share.
    """

    kind: ClassVar[str] = "equivalent"
    display_name: ClassVar[str] = "Patient equivalence"
    module: ClassVar[str] = "kgan.analyses.patient_equivalence.step"
    role: ClassVar[Role] = "analysis"
    has_limits: ClassVar[bool] = True

    source: str
    title: str
    cells: tuple[LearningCurvePoint, ...]
    base: str

    def describe(self) -> str:
        """Describe the pool and the numbers of patients."""
        numbers = ", ".join(str(number) for number in dict.fromkeys(cell.patients for cell in self.cells))
        return (
            f"estimate to how many real patients {self.source} is equivalent, from classifiers of {numbers}"
        )
