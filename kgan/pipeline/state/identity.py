"""The identity of a step: its settings, the content it reads, the code it runs, and the steps before it.

What lies outside the run enters by its content, not by its place: a run's folder and its data may each move
(`docs/decisions/028-identity-by-content.md`).
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kgan import __version__, registry
from kgan.files.contents import contents_digest
from kgan.files.digest import file_digest, value_digest
from kgan.files.inputs import Place, input_paths
from kgan.pipeline.settings import StepSettings
from kgan.pipeline.state.code import code_digest
from kgan.pipeline.step import Step
from kgan.schema.base import Plugin

#: In the place of a path: what it names is in ``files``.
_FILE = "(by its content)"


def identities(steps: Iterable[Step[Any]]) -> dict[str, dict[str, Any]]:
    """Describe each step of a plan, in its order.

    Returns:
        dict: step name -> ``id`` (16 hexadecimal digits) and what it is made of: ``kind``, ``settings``
        without paths, ``plugins`` ("kind/name" -> distribution, version and digest of its source), ``files``
        (place in the settings -> digest of the file, or fingerprint of the scans that a reader finds),
        ``inputs`` (step name -> id), ``kgan`` (version), ``code`` (digest of kgan's modules that it runs).
    """
    with registry.unchanging():
        known: dict[str, dict[str, Any]] = {}
        for step in steps:
            made_of = _made_of(step.settings)
            made_of["inputs"] = {need: known[need]["id"] for need in step.needs}
            known[step.name] = {"id": value_digest(made_of)[:16], **made_of}
        return known


def _made_of(settings: StepSettings) -> dict[str, Any]:
    files = dict(_contents(settings))
    return {
        "kind": settings.kind,
        "settings": _without_paths(settings.to_json(), files),
        "plugins": {
            f"{kind}/{plugin.plugin}": _version(kind, plugin.plugin) for kind, plugin in settings.plugins()
        },
        "files": {".".join(map(str, place)): digest for place, digest in files.items()},
        "kgan": __version__,
        "code": code_digest(*settings.modules()),
    }


def _version(kind: str, name: str) -> str:
    offer = registry.describe(kind, name)
    return f"{offer.distribution} {offer.version} {offer.digest[:12]}"


def _contents(settings: StepSettings) -> Iterator[tuple[Place, str]]:
    """Yield the place of each path in the settings, and a digest of the file; a reader knows a folder's."""
    for place, path, mark in settings.input_paths():
        yield place, "" if mark.folder else _file(path)
    for kind, plugin in settings.plugins():
        yield from _of_plugin(kind, plugin, _place_of(settings, plugin))


def _place_of(settings: StepSettings, plugin: Plugin) -> Place:
    name = next(name for name, value in settings if value is plugin)
    return (name, "parameters")


def _of_plugin(kind: str, plugin: Plugin, here: Place) -> Iterator[tuple[Place, str]]:
    config = registry.configure(kind, plugin.plugin, plugin.parameters)
    # What counts of a folder of scans its reader knows, and one without a folder has a fingerprint too.
    scans = config.build().fingerprint() if kind == "readers" else None
    if scans is not None:
        yield (*here, "path"), scans
    for place, path, mark in input_paths(config):
        if not mark.folder:
            yield (*here, *place), _file(path)
        else:
            yield (*here, *place), _folder(path) if scans is None else scans


def _folder(path: str) -> str:
    """Return a digest of all files below a folder, by their names in it and their contents."""
    return contents_digest(Path(path), sorted(file for file in Path(path).rglob("*") if file.is_file()))


def _file(path: str) -> str:
    """Return the digest of a file; empty where it is missing, which is refused before anything runs."""
    return file_digest(Path(path)) if Path(path).is_file() else ""


def _without_paths(settings: dict[str, Any], files: Mapping[Place, str]) -> dict[str, Any]:
    """Put a mark in the place of each path."""
    for *parents, last in files:
        holder: Any = settings
        for key in parents:
            holder = holder[key]
        if isinstance(holder, dict) and last not in holder:
            continue  # a reader without a path has a fingerprint all the same
        holder[last] = _FILE
    return settings
