"""How a recipe says that generated images must not give training patients away."""

from pydantic import Field

from kgan.recipe.schema.base import Part
from kgan.recipe.schema.features import Features
from kgan.recipe.schema.types import Number


class Privacy(Part):
    """Every pool is looked through for copies, and a model whose pool gives patients away is not exported."""

    images: int = Field(default=1000, ge=2, description="Of each pool, class and split, at most.")
    features: Features = Field(
        default="random",
        description="What images are compared by beside pixels: pixels (nothing else), random, a network.",
    )
    max_auc: Number | None = Field(
        default=None,
        ge=0.5,
        le=1,
        description="Membership AUC above which a GAN is not exported; null for no gate.",
    )
