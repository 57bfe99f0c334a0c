"""Step: write trained generators and refiners as SavedModels with their cards."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgan.errors import RunError
from kgan.files.atomic import write_text
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import EARLIER_SECONDS
from kgan.pipeline.records import manifest
from kgan.steps.checks.leakage_guard import source_patients
from kgan.steps.export_gate import read_gate
from kgan.steps.settings.export import ExportedModel, ExportSettings
from kgan.training.tensorflow_import import import_tensorflow

if TYPE_CHECKING:
    from kgan.serving.model_card import Card, Signature

_UNKNOWN_LICENCE = (
    "Not stated by the recipe. The images it learnt from may restrict its use: ask their owner first."
)
_PHANTOM_LICENCE = (
    "Apache-2.0, as kgan itself. It learnt from phantoms derived from the ICBM 152 2009 atlas (copyright "
    "1993-2009 Louis Collins, McConnell Brain Imaging Centre, Montreal Neurological Institute, McGill "
    "University), whose notice goes with every copy."
)
WITHHELD = "models/withheld.txt"
#: Half a grey level: a larger difference is another model.
_TOLERANCE = 1 / 255

#: Facts of a training that differ each time it is run.
_TIMES = (EARLIER_SECONDS, "input_wait")


def run(context: StepContext[ExportSettings]) -> dict[str, Any]:
    """Write ``models/<name>/<version>/`` for each model: SavedModel, ``card.md``, ``card.json``.

    A model over the privacy gate is not written, nor is one that derives from it; ``models/withheld.txt``
    says which and why, and what an earlier run published of it is taken back.

    Returns:
        dict: each model's largest deviation from what was trained, the reason of each that is withheld, the
        folders to publish, and those to be taken back.

    Raises:
        RunError: a training left no model, or the SavedModel gives other images than it.
    """
    import_tensorflow()
    from kgan.serving.saved_model import deviation, save, served
    from kgan.training import model_files

    version = context.settings.version
    withheld = _withheld(context)
    models = [model for model in context.settings.models if model.name not in withheld]
    deviations = {}
    context.progress.begin(context.name, len(models))
    for model in models:
        folder = context.out / "models" / model.name / str(version)
        gan = model_files.load(_trained(context, model))
        module, signatures = served(gan)
        save(module, folder, _card(context, model, signatures))
        deviations[model.name] = deviation(gan, folder)
        if not deviations[model.name] <= _TOLERANCE:
            raise RunError(
                f"{folder}: the SavedModel's images differ from the trained model's by up to "
                f"{deviations[model.name]:.3g}, expected at most {_TOLERANCE:.3g}. Is everything that "
                "the GAN draws or reads a function of its inputs and weights?"
            )
        context.progress.advance(1, model.name)
    places = [f"models/{model.name}/{version}" for model in models]
    if withheld:
        write_text(
            context.out / WITHHELD, "".join(f"{name}: {reason}\n" for name, reason in withheld.items())
        )
        places.append(WITHHELD)
    return {
        "models": deviations,
        "withheld": withheld,
        "withdraw": [f"models/{name}" for name in withheld] or [WITHHELD],
        "publish": {place: place for place in places},
    }


def _withheld(context: StepContext[ExportSettings]) -> dict[str, str]:
    """Return the models that must not be written, with the reason, and tell the user."""
    if context.settings.gate is None:
        return {}
    closed = _closed(context, context.settings.gate)
    withheld = {}
    for model in context.settings.models:
        reasons = [reason for pool, reason in closed if pool in model.pools]
        if reasons:
            withheld[model.name] = "not exported: " + "; ".join(reasons)
            more = f"; {len(reasons) - 1} more in {WITHHELD}" if len(reasons) > 1 else ""
            context.progress.say(f"{context.name}: {model.name} is not exported: {reasons[0]}{more}")
    return withheld


def _closed(context: StepContext[ExportSettings], step: str) -> list[tuple[str, str]]:
    """Return the pools that the gate closed, with the reasons; it must have judged those of every model."""
    gate = read_gate(context.inputs[step], step)
    pools = {pool for model in context.settings.models for pool in model.pools}
    if gate is not None and gate.left_out is not None:
        reason = f"whether images of training patients leak was not judged: {gate.left_out}"
        return [(pool, reason) for pool in sorted(pools)] if gate.has_limit else []
    if gate is None or gate.closed is None:
        raise _unknown(context, step, "which pools it closed")
    if unjudged := pools - gate.judged:
        raise _unknown(context, step, f"that it judged {min(unjudged)}")
    return [(pool.pool, pool.reason) for pool in gate.closed]


def _unknown(context: StepContext[ExportSettings], step: str, what: str) -> RunError:
    return RunError(
        f"{context.name}: {step} does not say {what}; expected so in "
        f"{context.inputs[step] / manifest.FILE}. Remove that folder and run again."
    )


def _trained(context: StepContext[ExportSettings], model: ExportedModel) -> Path:
    """Return the folder of a trained model."""
    return context.inputs[model.step] / model.within


def _card(
    context: StepContext[ExportSettings], model: ExportedModel, signatures: Sequence["Signature"]
) -> "Card":
    from kgan.serving.model_card import Card
    from kgan.training import model_files

    settings = context.settings
    patients = source_patients(context, [model.step])
    record = manifest.read(context.inputs[model.step]) or {}
    return Card(
        name=model.name,
        version=settings.version,
        kind=model.kind,
        plugin=model_files.read_config(_trained(context, model)),
        signatures=signatures,
        patients=patients,
        training={"step": model.step, "seed": record["settings"]["seed"], **_plain(record["facts"])},
        synthetic=settings.synthetic,
        recipe=settings.recipe,
        licence=settings.licence or (_PHANTOM_LICENCE if settings.synthetic else _UNKNOWN_LICENCE),
        made_with=record.get("versions", {}),
    )


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers and texts among a training's facts, without times: equal models have equal cards."""
    return {
        name: value
        for name, value in facts.items()
        if isinstance(value, (int, float, str)) and name not in _TIMES
    }
