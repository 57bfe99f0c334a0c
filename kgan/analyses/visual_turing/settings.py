"""Recipe section and step settings of the Visual Turing Test."""

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
    """Published answers of a rater in a Visual Turing Test."""

    accuracy: Rate = Field(description="Accuracy, in percent of the images.")
    real: Answers | None = Field(
        default=None, description="Number of real images judged real and judged synthetic."
    )
    synthetic: Answers | None = Field(
        default=None, description="Number of synthetic images judged real and judged synthetic."
    )
    class_accuracy: Rate | None = Field(
        default=None, description="Accuracy of the class, in percent of the images."
    )
    positive: Answers | None = Field(
        default=None,
        description="Number of images of the positive class judged positive and judged negative.",
    )
    negative: Answers | None = Field(
        default=None,
        description="Number of images of the negative class judged positive and judged negative.",
    )


class Turing(Part):
    """The Visual Turing Test: can raters distinguish real from synthetic images?"""

    sources: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="GANs, curations and refiners, one test each; null for all."
    )
    real: int = Field(
        default=50, ge=1, description="Real images per class; in total if images have no class."
    )
    synthetic: int = Field(default=50, ge=1, description="Synthetic images, likewise.")
    repeats: int = Field(
        default=0,
        ge=0,
        description="Images shown a second time, only for intra-rater agreement; the papers have none.",
    )
    image_size: Size | None = Field(
        default=None,
        description="[height, width] px; null for the size of the pool.",
    )
    real_from: Splits = Field(
        default=None,
        description="Splits of the real images; null for the first with enough images: test, then also "
        "validation, then also train.",
    )
    margin: Number = Field(
        default=0.1,
        gt=0,
        lt=0.5,
        description="Balanced accuracy within 0.5 plus or minus this margin counts as chance.",
    )
    published: dict[str, PublishedTuring] = Field(
        default={}, description="GAN or refiner -> published answers."
    )


class TuringTest(ViewedPool):
    """A test of one pool.

    Args:
        title: of the pool, for figures.
        per_class: whether its GAN has a model for each class.
    """

    title: str
    per_class: bool = True


class VisualTuringSettings(StepSettings):
    """Settings of the Visual Turing Tests; see `Turing`.

    Args:
        tests: one per pool.
        classes: names of the classes.
        published: published answers, by the name of a pool.
    """

    kind: ClassVar[str] = "turing"
    display_name: ClassVar[str] = "Visual Turing Test"
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
    published: dict[str, PublishedTuring]

    def describe(self) -> str:
        """Describe the number of tests and images."""
        of = "of each class" if self.classes else "in total"
        images = f"{self.real} real and {self.synthetic} synthetic images {of}"
        return f"write {len(self.tests)} Visual Turing Tests of {images}"
