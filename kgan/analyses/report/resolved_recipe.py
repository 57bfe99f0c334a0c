"""The values of a resolved recipe that the report shows.

The recipe itself stands above the analyses; its report has it as plain JSON values, read here.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

from kgan.schema.data import Slices, Split

_Size = tuple[int, int]


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ShownTraining(_Shown):
    """How a model is trained: for some epochs or some steps."""

    batch_size: int | None = None
    epochs: float | None = None
    steps: int | None = None


class ShownData(_Shown):
    """Which images there are; sizes are (height, width) px."""

    split: Split | None = None
    slices: Slices | None = None
    image_size: _Size | None = None
    center_crop: _Size | None = None

    @property
    def stored_size(self) -> _Size | None:
        """(height, width) px of the stored images; ``None`` where only the scans tell."""
        return self.center_crop or self.image_size


class ShownModel(_Shown):
    """A GAN (with a canvas) or a refiner (with an image size); sizes are (height, width) px."""

    plugin: str = ""
    title: str | None = None
    canvas: _Size | None = None
    image_size: _Size | None = None
    images_per_class: int | None = None
    train: ShownTraining = ShownTraining()


class ShownCuration(_Shown):
    """Whose pool is curated, and by which rule."""

    source: str
    rule: str = "automatic"


class ShownClassifier(_Shown):
    """The classifier; ``image_size`` is (height, width) px."""

    image_size: _Size | None = None
    parameters: dict[str, Any] = {}
    train: ShownTraining = ShownTraining()
    variants: dict[str, Any] = {}


class ResolvedRecipe(_Shown):
    """A recipe as resolved: with its profile and all overrides."""

    name: str = ""
    title: str = ""
    cite: str = ""
    scale: str = ""
    profile: str = ""
    seed: int = 0
    data: ShownData = ShownData()
    gans: dict[str, ShownModel] = {}
    refiners: dict[str, ShownModel] = {}
    curations: dict[str, ShownCuration] = {}
    classifier: ShownClassifier | None = None
    setups: dict[str, dict[str, int | str]] = {}

    @property
    def variants(self) -> list[str]:
        """Names of the classifier's variants."""
        return list(self.classifier.variants) if self.classifier else []
