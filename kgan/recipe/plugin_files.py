"""Where a recipe's plugins name files: whatever the fields of their configurations are called."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from kgan import registry
from kgan.errors import PluginError
from kgan.files.inputs import Place, input_paths

_Mapping: TypeAlias = Mapping[str, Any]


def plugin_files(recipe: _Mapping) -> Iterator[Place]:
    """Yield the places of all paths that a recipe writes among parameters.

    Args:
        recipe: plain values as read from its file; what is wrong in them is passed over.
    """
    data = _inside(recipe, "data")
    for key in ("reader", "stand_in"):
        yield from _of(data.get(key), "readers", ("data", key))
    for section in ("gans", "refiners"):
        for name, gan in _inside(recipe, section).items():
            yield from _of(gan, "gans", (section, name))
            if isinstance(gan, Mapping):
                yield from _of(gan.get("loss"), "losses", (section, name, "loss"))
    yield from _of_classifier(_inside(recipe, "classifier"))


def _of(plugin: Any, kind: str, here: Place) -> Iterator[Place]:
    if isinstance(plugin, Mapping):
        parameters = _inside(plugin, "parameters")
        for place in _paths(kind, plugin.get("plugin"), parameters):
            if place[0] in parameters:
                yield (*here, "parameters", *place)


def _of_classifier(classifier: _Mapping) -> Iterator[Place]:
    shared = _inside(classifier, "parameters")
    places: list[Place] = []
    for name, variant in _inside(classifier, "variants").items():
        if not isinstance(variant, Mapping):
            continue
        own, here = _inside(variant, "parameters"), ("classifier", "variants", name)
        weights = {} if variant.get("weights") is None else {"weights": variant["weights"]}
        for place in _paths("classifiers", classifier.get("plugin"), {**shared, **own, **weights}):
            if place[0] in own:
                places.append((*here, "parameters", *place))
            elif place[0] in shared:
                places.append(("classifier", "parameters", *place))
    yield from dict.fromkeys(places)


def _paths(kind: str, name: Any, parameters: _Mapping) -> list[Place]:
    """Return the places of paths among parameters; none where these are wrong, see elsewhere."""
    if not isinstance(name, str):
        return []
    try:
        config = registry.configure(kind, name, parameters, needs_data=False)
    except (PluginError, TypeError, ValueError):
        return []
    return [place for place, _, _ in input_paths(config)]


def _inside(mapping: _Mapping, key: str) -> _Mapping:
    value = mapping.get(key)
    return value if isinstance(value, Mapping) else {}
