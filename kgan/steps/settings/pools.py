"""Settings of the steps that make pools of images from trained models."""

from typing import ClassVar

from kgan.pipeline.settings import Accelerator, StepSettings
from kgan.schema.base import Part


class PoolModel(Part):
    """One of the models that make a pool.

    Args:
        step: that trained it.
        label: its class; ``None`` for images without class.
        count: images that it makes.
    """

    step: str
    label: int | None
    count: int


class GenerateSettings(StepSettings):
    """Settings of the making of a pool from noise.

    Args:
        models: in the order of the pool's images.
        classes: names of the classes.
    """

    kind: ClassVar[str] = "generate"
    display_name: ClassVar[str] = "Generated images"
    module: ClassVar[str] = "kgan.steps.generate"
    accelerator: ClassVar[Accelerator] = "one"

    models: tuple[PoolModel, ...]
    classes: tuple[str, ...]

    def describe(self) -> str:
        """Say how many images are made."""
        return f"make {sum(model.count for model in self.models):,} images"


class RefineSettings(StepSettings):
    """Settings of the refinement of a pool.

    Args:
        source: the step whose pool is refined.
        models: one a class.
        classes: names of the classes.
        snapshot: steps of training after which the models are taken; ``None`` for the end.
    """

    kind: ClassVar[str] = "refine"
    display_name: ClassVar[str] = "Refined images"
    module: ClassVar[str] = "kgan.steps.refine"
    accelerator: ClassVar[Accelerator] = "one"

    source: str
    models: tuple[PoolModel, ...]
    classes: tuple[str, ...]
    snapshot: int | None = None

    def describe(self) -> str:
        """Say how many images are refined."""
        count = sum(model.count for model in self.models)
        after = f" by the model of step {self.snapshot:,}" if self.snapshot else ""
        return f"refine {count:,} images of {self.source}{after}"
