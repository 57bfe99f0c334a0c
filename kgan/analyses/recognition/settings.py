"""Recipe section and step settings of the recognition of generated images."""

from typing import ClassVar

from pydantic import Field

from kgan.pipeline.settings import Accelerator, Role, StepSettings
from kgan.schema.base import Part
from kgan.schema.types import Name, Title


class Recognition(Part):
    """How often a classifier that saw real images alone assigns generated images to their class."""

    setup: Title = Field(description="Setup of the classifier; of real images and classic augmentation.")
    variant: Name | None = Field(
        default=None, description="Variant of the classifier; null: the one with weights, if any."
    )
    images: int = Field(default=500, ge=1, description="Maximum number of images of each pool and class.")


class RecognizedPool(Part):
    """A pool and the step that holds it."""

    name: str
    step: str


class RecognitionSettings(StepSettings):
    """Settings of the recognition of generated images.

    Args:
        pools: whose images are classified.
        classifier: step of the classifier.
        setup: its setup.
        center_crop: whether images are cut to the classifier's size instead of resized.
        classes: names of the classes.
        images: maximum number of each pool and class.
    """

    kind: ClassVar[str] = "recognize"
    display_name: ClassVar[str] = "Recognition"
    module: ClassVar[str] = "kgan.analyses.recognition.step"
    accelerator: ClassVar[Accelerator] = "one"
    role: ClassVar[Role] = "analysis"

    pools: tuple[RecognizedPool, ...]
    classifier: str
    setup: str
    center_crop: bool
    classes: tuple[str, ...]
    images: int

    def describe(self) -> str:
        """Describe the classifier and the pools."""
        each = f"{self.images:,} images per class"
        return f"classify {each} of {len(self.pools)} pools by the classifier of “{self.setup}”"
