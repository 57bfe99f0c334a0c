"""How a recipe says that classifiers and images are judged, and what a paper found."""

from typing import Literal

from pydantic import Field

from kgan.recipe.schema.base import Part
from kgan.recipe.schema.distances import Distances
from kgan.recipe.schema.types import Chosen, Name, Number, Rate, Size, Title


class Compare(Part):
    """Which classifiers are compared: a few planned pairs are decided, all others described."""

    alpha: Number = Field(default=0.05, gt=0, lt=1, description="Threshold of significance.")
    metric: Literal["accuracy", "sensitivity", "specificity", "auroc"] = Field(
        default="accuracy", description="The primary metric: verdicts are in this one alone."
    )
    baseline: Title | None = Field(
        default=None, description="Planned: every other setup against this one; null: the first setup."
    )
    planned: dict[Title, Title] | None = Field(
        default=None, description="Planned instead: setup -> the setup that it is compared with."
    )
    involving: Chosen = Field(
        default="all", description="Which other pairs are described: with one of refined, all, setups."
    )


class Repeats(Part):
    """How often everything is done again, so that chance shows itself."""

    seeds: int = Field(
        default=1, ge=1, description="Trainings of each classifier, each with initial weights and order anew."
    )
    splits: int = Field(
        default=1,
        ge=1,
        description="Draws of the patients, GANs and all anew; nobody is tested in two of them.",
    )


class Choose(Part):
    """After how many steps a refiner is taken: by the accuracy of classifiers on validation images."""

    among: tuple[int, ...] = Field(
        min_length=2, description="Steps, ascending; the last are those of its training."
    )
    setup: Title = Field(description="The setup that is tried; one with this refiner's images.")
    variant: Name | None = Field(default=None, description="Of the classifier; null: with weights, if any.")


class Published(Part):
    """What a paper reports of a classifier, in percent."""

    accuracy: Rate
    sensitivity: Rate | None = None
    specificity: Rate | None = None


class Pca(Part):
    """The principal components of the real images, which generated ones are held against."""

    components: int = Field(default=16, ge=1, description="Eigenvectors that realism is measured by.")


class PublishedMeasures(Part):
    """What a paper reports of a set of images."""

    rho: Number = Field(description="Realism.")
    sigma: Number = Field(description="Diversity: total variation.")
    delta: int = Field(ge=0, description="Diversity: eigenvalues above 1 % of sigma.")


class Measures(Part):
    """Realism and diversity of every pool, beside those of the images it learnt from."""

    pca: Pca = Pca()
    distances: Distances | None = Field(
        default=None, description="KID, FID, precision, recall and more; null for none."
    )
    images: int = Field(default=1000, ge=2, description="Of each pool, and at most of the real images.")
    published: dict[str, PublishedMeasures] = Field(
        default={}, description="GAN or refiner, or real for the training images -> figures."
    )


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


#: In `Measures.published`: the training images themselves.
TRAINING: Literal["real"] = "real"
