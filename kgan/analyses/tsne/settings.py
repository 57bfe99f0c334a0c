"""Recipe section and step settings of the t-SNE plot."""

from typing import ClassVar, Literal

from pydantic import Field

from kgan.pipeline.settings import Role, StepSettings
from kgan.schema.base import Part
from kgan.schema.data import Classic
from kgan.schema.types import Number, Size


class Tsne(Part):
    """A t-SNE plot of real and synthetic images."""

    sources: tuple[str, ...] | None = Field(
        default=None, description="GANs, refiners and classic; null for all."
    )
    images: int = Field(default=300, ge=1, description="Images per class and set.")
    perplexity: Number = Field(
        default=100.0, gt=1, description="Perplexity, the effective number of neighbours."
    )
    iterations: int = Field(default=1000, ge=250, description="Optimisation steps.")
    image_size: Size = Field(description="[height, width] to which all images are resized.")
    together: bool = Field(default=False, description="One figure of all sets instead of one per set.")


class MappedSource(Part):
    """A set of images in the plot.

    Args:
        name: of the source.
        title: for figures.
        kind: classic augmentation, or a pool.
        step: with the images in its folder.
    """

    name: str
    title: str
    kind: Literal["classic", "pool"]
    step: str


class TsneSettings(StepSettings):
    """Settings of the t-SNE plot.

    Args:
        sources: shown in addition to the real images.
        classic: ranges of classic augmentation, if it is a source.
        classes: names of the classes.
        images: per class and set.
        perplexity: effective number of neighbours.
        iterations: optimisation steps.
        image_size: (height, width) px.
        together: whether one figure shows all sets.
    """

    kind: ClassVar[str] = "embed"
    display_name: ClassVar[str] = "t-SNE"
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
        """Describe the sets and the perplexity."""
        each = f"{self.images:,} images per class"
        return f"t-SNE of {len(self.sources) + 1} sets of {each}, perplexity {self.perplexity:g}"


def figure_files(settings: TsneSettings) -> dict[str, tuple[str, ...]]:
    """Return which sets each figure shows beside the real images: file -> names."""
    names = tuple(source.name for source in settings.sources)
    if settings.together:
        return {"tsne.png": names}
    return {f"tsne-{name}.png": (name,) for name in names}
