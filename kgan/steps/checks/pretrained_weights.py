"""Whether published weights that a step starts from can be had, which is known before anything is trained."""

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kgan.errors import DataError
from kgan.steps.settings.shared import FeatureChoice, FeatureSettings
from kgan.training.tensorflow_import import import_tensorflow


def missing_weights(kind: str, model: Mapping[str, Any], image_shape: Sequence[int]) -> str:
    """Say why the weights that a model's parameters name cannot be had; nothing where there are none to have.

    Keras fetches those that it publishes, as it would when the model's turn comes.

    Args:
        kind: "gans" or "classifiers".
        model: ``plugin`` and ``parameters``.
        image_shape: (height, width, channels) of its images.
    """
    if not any(name.endswith("weights") and value for name, value in model["parameters"].items()):
        return ""
    recipe = {"kind": kind, "plugin": model["plugin"], "parameters": model["parameters"]}
    return _begun(json.dumps({**recipe, "image_shape": list(image_shape)}, sort_keys=True))


def missing_features(features: FeatureChoice | Mapping[str, Any] | None) -> str:
    """Say why the network that images are compared by cannot be had; nothing where none is needed.

    Args:
        features: of the settings; where a classifier of the run stands in, none is needed. A mapping is of
            settings that are still read by string.
    """
    if isinstance(features, Mapping):
        features = FeatureSettings.model_validate(features)
    if not isinstance(features, FeatureSettings) or features.network is None or features.classifier:
        return ""
    return _published(features.network, features.weights or "imagenet", features.image_size)


@functools.cache
def _begun(recipe: str) -> str:
    import_tensorflow()
    from kgan.training import model_files

    try:
        model_files.build(json.loads(recipe)).begin(seed=0)
    except DataError as error:
        return str(error)
    return ""


@functools.cache
def _published(network: str, weights: str, image_size: tuple[int, int]) -> str:
    import_tensorflow()
    from kgan.features.pretrained import published

    try:
        published(network, weights, image_size)
    except DataError as error:
        return str(error)
    return ""
