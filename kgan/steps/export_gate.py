"""What the search for training patients records for the export: which pools leak too much, and why."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kgan.pipeline.optional import LEFT_OUT
from kgan.pipeline.records import manifest


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


class _JudgedPool(BaseModel):
    name: str


class _GateSettings(BaseModel):
    max_auc: float | None
    pools: tuple[_JudgedPool, ...]


class _LeftOut(BaseModel):
    reason: Annotated[str, Field(alias=LEFT_OUT)]


class Gate(BaseModel):
    """What a finished search says of the pools.

    Args:
        judged: names of the pools that it was to search.
        closed: those that leak too much; ``None`` where the search does not say.
        left_out: why the search was left out; ``None`` where it was done.
        has_limit: whether a pool can be closed at all.
    """

    model_config = ConfigDict(frozen=True)

    judged: frozenset[str]
    closed: tuple[ClosedPool, ...] | None
    left_out: str | None
    has_limit: bool


def read_gate(folder: Path, step: str) -> Gate | None:
    """Return what a finished search says of the pools; ``None`` where the folder is not the step's.

    Args:
        folder: of the step.
        step: its name.
    """
    record = manifest.read(folder) or {}
    if record.get("step") != step:
        return None
    facts = record.get("facts", {})
    try:
        settings = _GateSettings.model_validate(record.get("settings"))
    except ValidationError:
        return None
    return Gate(
        judged=frozenset(pool.name for pool in settings.pools),
        closed=closed_pools(facts),
        left_out=_LeftOut.model_validate(facts).reason if LEFT_OUT in facts else None,
        has_limit=settings.max_auc is not None,
    )
