"""How a recipe says that readers are shown real and synthetic images, and what a paper's reader said."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from kgan.pipeline.settings import Role, StepSettings
from kgan.schema.base import Part
from kgan.schema.types import Number, Rate, Size
from kgan.steps.settings.shared import ViewedPool

SPLITS = ("train", "validation", "test")
Answers = tuple[int, int]


def _splits(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, (list, tuple)) and value and all(part in SPLITS for part in value):
        return tuple(dict.fromkeys(value))
    raise ValueError(f"null, or a list of splits ({', '.join(SPLITS)})")


Splits = Annotated[
    tuple[str, ...] | None,
    BeforeValidator(_splits),
    WithJsonSchema(
        {"anyOf": [{"type": "array", "items": {"enum": list(SPLITS)}, "minItems": 1}, {"type": "null"}]}
    ),
]


class PublishedTuring(Part):
    """What a reader said in a paper's Visual Turing Test."""

    accuracy: Rate = Field(description="Percent of the images.")
    real: Answers | None = Field(
        default=None, description="Of the real images, how many were taken for real and for synthetic."
    )
    synthetic: Answers | None = Field(default=None, description="The same of the synthetic images.")
    class_accuracy: Rate | None = Field(default=None, description="Of the class, percent of the images.")
    positive: Answers | None = Field(
        default=None,
        description="Of the images of the positive class, how many were taken for it and how many were not.",
    )
    negative: Answers | None = Field(
        default=None, description="Of the other images, how many were taken for positive and for negative."
    )


class Turing(Part):
    """The Visual Turing Test: can a reader tell real images from generated ones?"""

    sources: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="GANs, curations and refiners with a test each; null for all."
    )
    real: int = Field(
        default=50, ge=1, description="Real images of each class; in all, where images have no class."
    )
    synthetic: int = Field(default=50, ge=1, description="Synthetic images, likewise.")
    repeats: int = Field(
        default=0,
        ge=0,
        description="Images shown a second time, to see who is consistent; they count for that alone. The "
        "papers show each image once.",
    )
    image_size: Size | None = Field(
        default=None, description="[height, width] px that all are brought to; null for the pool's."
    )
    real_from: Splits = Field(
        default=None,
        description="Splits that real images are of; null for the first that has enough: test, with "
        "validation, with train.",
    )
    margin: Number = Field(
        default=0.1, gt=0, lt=0.5, description="Accuracy within 0.5 plus or minus this counts as chance."
    )
    published: dict[str, PublishedTuring] = Field(default={}, description="GAN or refiner -> figures.")


class TuringTest(ViewedPool):
    """A test of one pool.

    Args:
        title: of the pool, in figures.
        per_class: whether its GAN has a model for each class.
    """

    title: str
    per_class: bool = True


class VisualTuringSettings(StepSettings):
    """Settings of the Visual Turing Tests; see `Turing`.

    Args:
        tests: one a pool.
        classes: names of the classes.
    """

    kind: ClassVar[str] = "turing"
    module: ClassVar[str] = "kgan.analyses.visual_turing.step"
    role: ClassVar[Role] = "analysis"
    has_limits: ClassVar[bool] = True

    real: int
    synthetic: int
    repeats: int
    image_size: Size | None
    real_from: Splits
    margin: float
    tests: tuple[TuringTest, ...]
    classes: tuple[str, ...]

    def describe(self) -> str:
        """Say how many tests of how many images are written."""
        of = "of each class" if self.classes else "in all"
        images = f"{self.real} real and {self.synthetic} synthetic images {of}"
        return f"write {len(self.tests)} Visual Turing Tests of {images}"
