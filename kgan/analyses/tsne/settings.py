"""The recipe's section and the step's settings of the t-SNE map."""

from typing import ClassVar, Literal

from pydantic import Field

from kgan.pipeline.settings import Role, StepSettings
from kgan.schema.base import Part
from kgan.schema.data import Classic
from kgan.schema.types import Number, Size


class Tsne(Part):
    """A map of real and synthetic images on which similar ones lie near each other."""

    sources: tuple[str, ...] | None = Field(
        default=None, description="GANs, refiners and classic that are shown; null for all."
    )
    images: int = Field(default=300, ge=1, description="Of each class of each set.")
    perplexity: Number = Field(default=100.0, gt=1, description="About how many neighbours an image has.")
    iterations: int = Field(default=1000, ge=250, description="Of the layout.")
    image_size: Size = Field(description="[height, width] that all images are resized to.")
    together: bool = Field(default=False, description="One figure of all sets instead of one each.")


class MappedSource(Part):
    """A set of images on the map.

    Args:
        name: of the source.
        title: in figures.
        kind: classic augmentation, or a pool.
        step: whose folder holds the images.
    """

    name: str
    title: str
    kind: Literal["classic", "pool"]
    step: str


class TsneSettings(StepSettings):
    """Settings of the map.

    Args:
        sources: that are shown beside the real images.
        classic: ranges of classic augmentation, where that is a source.
        classes: names of the classes.
        images: of each class of each set.
        perplexity: about how many neighbours an image has.
        iterations: of the layout.
        image_size: (height, width) px.
        together: whether one figure shows all sets.
    """

    kind: ClassVar[str] = "embed"
    module: ClassVar[str] = "kgan.analyses.tsne.step"
    role: ClassVar[Role] = "analysis"
    has_limits: ClassVar[bool] = True

    sources: tuple[MappedSource, ...]
    classic: Classic | None
    classes: tuple[str, ...]
    images: int
    perplexity: float
    iterations: int
    image_size: Size
    together: bool

    def describe(self) -> str:
        """Say what is mapped."""
        each = f"{self.images:,} images a class"
        return f"t-SNE of {len(self.sources) + 1} sets of {each}, perplexity {self.perplexity:g}"


def figure_files(settings: TsneSettings) -> dict[str, tuple[str, ...]]:
    """Return which sets each figure shows beside the real images: file -> names."""
    names = tuple(source.name for source in settings.sources)
    if settings.together:
        return {"tsne.png": names}
    return {f"tsne-{name}.png": (name,) for name in names}
