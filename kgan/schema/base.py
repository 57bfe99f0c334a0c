"""Base classes of the mappings of a recipe."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base class: frozen, without undeclared keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin(Part):
    """A plugin by name."""

    plugin: str = Field(description="Name of the plugin; see 'kgan plugins list'.")
    parameters: dict[str, Any] = Field(default={}, description="Parameters; see 'kgan plugins show NAME'.")
