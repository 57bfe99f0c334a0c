"""Settings of the step that writes SavedModels."""

from typing import ClassVar, Literal

from kgan.pipeline.settings import Role, StepSettings
from kgan.schema.base import Part
from kgan.serving.model_card import CardRecipe


class ExportedModel(Part):
    """A model that is exported.

    Args:
        name: of its folder.
        step: that trained or chose it.
        kind: what it does.
        pools: that it makes or derives from; the gate must have judged them.
        within: its place in the step's folder; empty for the folder itself.
    """

    name: str
    step: str
    kind: Literal["generator", "refiner"]
    pools: tuple[str, ...]
    within: str = ""


class ExportSettings(StepSettings):
    """Settings of the export.

    Args:
        models: that are written.
        gate: the step that searched the pools for training patients; ``None`` where there is none.
        synthetic: whether the cohort is a phantom.
        recipe: for the model cards.
        licence: of the models.
        version: of the SavedModels.
    """

    kind: ClassVar[str] = "export"
    display_name: ClassVar[str] = "Export"
    module: ClassVar[str] = "kgan.steps.export"
    role: ClassVar[Role] = "analysis"

    models: tuple[ExportedModel, ...]
    gate: str | None
    synthetic: bool
    recipe: CardRecipe
    licence: str | None
    version: int = 1

    def describe(self) -> str:
        """Say how many models are written."""
        return f"write {len(self.models)} SavedModels"
