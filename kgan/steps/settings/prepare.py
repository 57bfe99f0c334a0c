"""Settings of the step that reads, labels and splits a cohort."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from kgan.files.inputs import InputFile
from kgan.pipeline.settings import StepSettings
from kgan.schema.base import Plugin
from kgan.schema.data import Labels, Slices, Split
from kgan.schema.types import Size
from kgan.steps.settings.shared import size_text


class RequestSettings(Slices):
    """Which images are made of each patient.

    Args:
        sequences: one channel each.
        plane: along which volumes are cut.
        image_size: (height, width) px; ``None`` for the scan's own grid.
        center_crop: (height, width) px of the central part that is kept; ``None`` for all.
    """

    sequences: tuple[str, ...]
    plane: Literal["axial", "coronal", "sagittal"]
    image_size: Size | None
    center_crop: Size | None


class PrepareSettings(StepSettings):
    """Settings of the preparation.

    Args:
        reader: plugin that reads the scans.
        request: which images.
        labels: how a slice gets its class; ``None`` for images without class.
        exclude: table of patients and slices that are excluded by hand.
        split: patients of training, validation and test, and further ones.
        min_patients: fewer are refused.
        number: of the split, from 0.
    """

    kind: ClassVar[str] = "prepare"
    display_name: ClassVar[str] = "Data"
    module: ClassVar[str] = "kgan.steps.prepare"

    reader: Plugin
    request: RequestSettings
    labels: Labels | None
    exclude: InputFile | None
    split: Split
    min_patients: int | None
    number: int = Field(default=0, ge=0)

    def plugins(self) -> Iterator[tuple[str, Plugin]]:
        """Yield the reader."""
        yield "readers", self.reader

    def describe(self) -> str:
        """Say what is read and how it is split."""
        request, split = self.request, self.split
        stored = request.center_crop or request.image_size
        size = f" at {size_text(stored)}" if stored else ""
        slices = request.words(f"{request.plane} slices") + size
        parts = "/".join(f"{share:g}" for share in (split.train, split.validation, split.test))
        parts += f" + {split.further:g} further" if split.further else ""
        parts += f", draw {self.number + 1}" if self.number else ""
        return f"read {', '.join(request.sequences)} by {self.reader.plugin}; {slices}; split {parts}"
