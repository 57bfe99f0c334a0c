"""Step: write trained generators and refiners as SavedModels with their cards."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kgan.errors import RunError
from kgan.files.atomic import write_text
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.pipeline.optional import LEFT_OUT
from kgan.steps.checks.leakage_guard import source_patients
from kgan.training.tensorflow_import import import_tensorflow

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


def run(context: StepContext) -> dict[str, Any]:
    """Write ``models/<name>/<version>/`` for each model: SavedModel, ``card.md``, ``card.json``.

    A model over the privacy gate is not written, nor is one that derives from it; ``models/withheld.txt``
    says which and why, and what an earlier run published of it is taken back.

    Settings:
        models: a list of {name, step, kind, within, pools}; ``kind`` is "generator" or "refiner", ``within``
            the model's place in the step's folder, left out where that is the folder itself, ``pools`` the
            pools that the model makes or derives from, which the gate is asked for.
        gate: the privacy step; left out or ``None`` where there is none.
        version: whole number; 1 unless given.
        synthetic: whether the cohort is a phantom.
        recipe: {title, name, profile, cite} for the cards.
        licence: of the models; may be left out.

    Returns:
        dict: each model's largest deviation from what was trained, the reason of each that is withheld, the
        folders to publish, and those to be taken back.

    Raises:
        RunError: a training left no model, or the SavedModel gives other images than it.
    """
    import_tensorflow()
    from kgan.serving.saved_model import deviation, save, served
    from kgan.training import model_files

    version = int(context.settings.get("version", 1))
    withheld = _withheld(context)
    models = [model for model in context.settings["models"] if model["name"] not in withheld]
    deviations = {}
    context.progress.begin(context.name, len(models))
    for model in models:
        folder = context.out / "models" / model["name"] / str(version)
        gan = model_files.load(_trained(context, model))
        module, signatures = served(gan)
        save(module, folder, _card(context, model, version, signatures))
        deviations[model["name"]] = deviation(gan, folder)
        if not deviations[model["name"]] <= _TOLERANCE:
            raise RunError(
                f"{folder}: the SavedModel's images differ from the trained model's by up to "
                f"{deviations[model['name']]:.3g}, expected at most {_TOLERANCE:.3g}. Is everything that "
                "the GAN draws or reads a function of its inputs and weights?"
            )
        context.progress.advance(1, model["name"])
    places = [f"models/{model['name']}/{version}" for model in models]
    if withheld:
        write_text(context.out / WITHHELD, "".join(f"{name}: {why}\n" for name, why in withheld.items()))
        places.append(WITHHELD)
    return {
        "models": deviations,
        "withheld": withheld,
        "withdraw": [f"models/{name}" for name in withheld] or [WITHHELD],
        "publish": {place: place for place in places},
    }


def _withheld(context: StepContext) -> dict[str, str]:
    """Return the models that must not be written, with the reason, and tell the user."""
    gate = context.settings.get("gate")
    if not gate:
        return {}
    closed = _closed(context, gate)
    found = {}
    for model in context.settings["models"]:
        reasons = [one["reason"] for one in closed if one["pool"] in model["pools"]]
        if reasons:
            found[model["name"]] = "not exported: " + "; ".join(reasons)
            more = f"; {len(reasons) - 1} more in {WITHHELD}" if len(reasons) > 1 else ""
            context.progress.say(f"{context.name}: {model['name']} is not exported: {reasons[0]}{more}")
    return found


def _closed(context: StepContext, gate: str) -> list[Mapping[str, Any]]:
    """Return the pools that the gate closed, with the reasons; it must have judged those of every model."""
    found = manifest.read(context.inputs[gate]) or {}
    facts = found.get("facts", {}) if found.get("step") == gate else {}
    if LEFT_OUT in facts:
        return _unjudged(context, found)
    closed = facts.get("closed")
    judged = {pool["name"] for pool in found.get("settings", {}).get("pools", [])}
    wanted = {pool for model in context.settings["models"] for pool in model["pools"]}
    if closed is None or wanted - judged:
        what = "which pools it closed" if closed is None else f"that it judged {min(wanted - judged)}"
        raise RunError(
            f"{context.name}: {gate} does not say {what}; expected so in "
            f"{context.inputs[gate] / manifest.FILE}. Remove that folder and run again."
        )
    return list(closed)


def _unjudged(context: StepContext, gate: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return all pools as closed by a gate that was left out, if it has a limit."""
    if gate.get("settings", {}).get("max_auc") is None:
        return []
    reason = f"whether images of training patients leak was not judged: {gate['facts'][LEFT_OUT]}"
    pools = {pool for model in context.settings["models"] for pool in model["pools"]}
    return [{"pool": pool, "reason": reason} for pool in sorted(pools)]


def _trained(context: StepContext, model: Mapping[str, Any]) -> Path:
    """Return the folder of a trained model."""
    return context.inputs[model["step"]] / model.get("within", "")


def _card(context: StepContext, model: Mapping[str, Any], version: int, signatures: Any) -> Any:
    from kgan.serving.model_card import Card
    from kgan.training import model_files

    settings, folder = context.settings, context.inputs[model["step"]]
    patients = source_patients(context, [model["step"]])
    found = manifest.read(folder) or {}
    facts = {name: value for name, value in found.get("facts", {}).items() if name != "patients"}
    synthetic = bool(settings.get("synthetic"))
    return Card(
        name=model["name"],
        version=version,
        kind=model["kind"],
        plugin=model_files.read_config(_trained(context, model)),
        signatures=signatures,
        patients=patients,
        training={"step": model["step"], "seed": found.get("settings", {}).get("seed"), **_figures(facts)},
        synthetic=synthetic,
        recipe=settings.get("recipe", {}),
        licence=settings.get("licence") or (_PHANTOM_LICENCE if synthetic else _UNKNOWN_LICENCE),
        made_with=found.get("versions", {}),
    )


def _figures(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if isinstance(value, (int, float, str))}
