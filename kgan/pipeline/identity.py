"""Who a step is: its settings, the code it runs through, and the identities of what it is made from."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kgan import __version__, registry
from kgan.files.digest import file_digest, value_digest
from kgan.plan.plan import Step

_KINDS = {"reader": "readers", "gan": "gans", "loss": "losses", "classifier": "classifiers"}


def identities(steps: Iterable[Step]) -> dict[str, dict[str, Any]]:
    """Describe each step of a plan, in its order.

    Returns:
        dict: step name -> ``id`` (16 hexadecimal digits) and what it is made of: ``settings``, ``plugins``
        ("kind/name" -> distribution, version and digest of its source), ``source`` (fingerprint of the data
        a reader finds, or of a file of weights), ``inputs`` (step name -> id), ``kgan``.
    """
    with registry.unchanging():
        return _identities(steps)


def _identities(steps: Iterable[Step]) -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = {}
    for step in steps:
        made_of = {
            "does": step.does,
            "settings": step.settings,
            "plugins": {f"{kind}/{name}": _version(kind, name) for kind, name in plugins_of(step)},
            "source": _fingerprint(step),
            "inputs": {need: known[need]["id"] for need in step.needs},
            "kgan": __version__,
        }
        known[step.name] = {"id": value_digest(made_of)[:16], **made_of}
    return known


def plugins_of(step: Step) -> tuple[tuple[str, str], ...]:
    """Return (kind, name) of each plugin that a step's settings name.

    A plugin stands under its kind's key ("reader", "gan", "loss", "classifier") as ``{"plugin": name}``.
    """
    found = []
    for key, kind in _KINDS.items():
        about = step.settings.get(key)
        if isinstance(about, Mapping) and "plugin" in about:
            found.append((kind, str(about["plugin"])))
    return tuple(found)


def _version(kind: str, name: str) -> str:
    offer = registry.describe(kind, name)
    return f"{offer.distribution} {offer.version} {offer.digest[:12]}"


def _files(settings: Mapping[str, Any]) -> list[str]:
    """Return what of a step's settings may be the path of a file: weights and decisions."""
    model = settings.get("gan") or settings.get("classifier") or {}
    parameters = model.get("parameters", {}) if isinstance(model, Mapping) else {}
    weights = [value for name, value in sorted(parameters.items()) if name.endswith("weights")]
    asked = [settings.get("features"), (settings.get("distances") or {}).get("features")]
    about = [features.get("weights") for features in asked if isinstance(features, Mapping)]
    return [one for one in (*weights, *about, settings.get("decisions")) if isinstance(one, str)]


def _fingerprint(step: Step) -> str:
    settings: Mapping[str, Any] = step.settings
    if step.does != "prepare":
        named = [path for path in _files(settings) if Path(path).is_file()]
        return " ".join(file_digest(Path(path)) for path in named)
    reader = registry.load("readers", settings["reader"]["plugin"])
    marks = [reader(**settings["reader"]["parameters"]).fingerprint()]
    if settings.get("exclude"):
        marks.append(file_digest(Path(settings["exclude"])))
    return " ".join(marks)
