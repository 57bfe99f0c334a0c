"""What every mapping of a recipe is made of."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base of all: frozen, and no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin(Part):
    """A plugin by name."""

    plugin: str = Field(description="Name of the plugin; see 'kgan plugins list'.")
    parameters: dict[str, Any] = Field(default={}, description="See 'kgan plugins show NAME'.")
