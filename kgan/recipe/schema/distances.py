"""How a recipe says by which features pools are held against real images."""

from pydantic import Field

from kgan.recipe.schema.base import Part
from kgan.recipe.schema.features import Features


class Distances(Part):
    """KID, FID, precision, recall, density, coverage and a classifier's test of every pool."""

    features: Features = Field(
        default="random", description="What images are compared by: pixels, random, or a network."
    )
    neighbours: int = Field(
        default=5, ge=1, description="Of an image, for precision, recall, density and coverage."
    )
    images: int = Field(default=500, ge=4, description="Of each pool and of the real images, at most.")
    draws: int = Field(default=100, ge=20, description="Halves of the patients that intervals rest on.")
