"""What the search for training patients records for the export: which pools leak too much, and why."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class ClosedPool(BaseModel):
    """A pool whose models are not exported.

    Args:
        pool: its name.
        class_name: the class that decides; empty where images have none.
        features: by which its images were compared; empty where there was nothing to compare with.
        auc: membership AUC, in [0, 1]; ``None`` where it cannot be estimated.
        low: lower limit of its 95 % interval; ``None`` where there is none.
        high: the upper one.
        reason: a sentence without its full stop.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    pool: str
    class_name: Annotated[str, Field(alias="class")]
    features: str
    auc: float | None
    low: float | None
    high: float | None
    reason: str


class GateFacts(BaseModel):
    """Facts of the step's manifest; others are passed over.

    Args:
        closed: pools that leak too much; none where the recipe has no gate.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    closed: tuple[ClosedPool, ...]


def closed_pools(facts: Mapping[str, Any]) -> tuple[ClosedPool, ...] | None:
    """Return the closed pools by the facts of the step's manifest; ``None`` where these do not say.

    Args:
        facts: of the manifest.
    """
    try:
        return GateFacts.model_validate(facts).closed
    except ValidationError:
        return None
