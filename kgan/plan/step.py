"""One box of the pipeline, and what must be done before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kgan.errors import RecipeError, did_you_mean

Settings = Mapping[str, Any]
#: The kind of step that tells what a cohort does not bear.
CHECK = "check_cohort"
#: Module of each kind of step.
_ANALYSES = "kgan.analyses."
MODULES = {
    **{does: f"kgan.steps.{does}" for does in ("prepare", CHECK, "train_gan", "train_refiner", "generate")},
    **{does: f"kgan.steps.{does}" for does in ("refine", "classify", "export")},
    "curate": f"{_ANALYSES}curation.step",
    "choose": f"{_ANALYSES}checkpoint_selection.step",
    "embed": f"{_ANALYSES}tsne.step",
    "measure": f"{_ANALYSES}fidelity.step",
    "privacy": f"{_ANALYSES}memorization.step",
    "turing": f"{_ANALYSES}visual_turing.step",
    "equivalent": f"{_ANALYSES}patient_equivalence.step",
    "compare": f"{_ANALYSES}comparison.step",
    "report": f"{_ANALYSES}report.step",
}


@dataclass(frozen=True)
class Step:
    """One box of the pipeline.

    Args:
        name: unique in the plan; part of folder names.
        does: kind of step, a key of `MODULES`.
        needs: names of the steps whose folders it reads.
        settings: what changes the result, as plain JSON values.
    """

    name: str
    does: str
    needs: tuple[str, ...] = ()
    settings: Settings = field(default_factory=dict)


def steps_until(steps: Sequence[Step], name: str) -> tuple[Step, ...]:
    """Return one step of a plan and all that it needs, in the plan's order, and the check of the cohort.

    That is made before anything is trained, though nothing needs it.

    Raises:
        RecipeError: no step has that name.
    """
    known = {step.name: step for step in steps}
    if name not in known:
        hint = did_you_mean(name, known) or "."
        raise RecipeError(f"no step called {name!r}{hint} Steps: {', '.join(known)}")
    wanted, waiting = {name}, [name]
    while waiting:
        new = set(known[waiting.pop()].needs) - wanted
        wanted |= new
        waiting += new
    kinds = {step.does for step in steps if step.name in wanted}
    checks = {step.name for step in steps if step.does == CHECK and set(step.needs) <= wanted}
    wanted |= checks if kinds - {"prepare"} else set()
    return tuple(step for step in steps if step.name in wanted)
