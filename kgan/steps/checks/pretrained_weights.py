"""Whether published weights that a step starts from are available, known before anything is trained."""

import functools
import json
from collections.abc import Sequence

from kgan import registry
from kgan.errors import DataError
from kgan.files.inputs import input_fields
from kgan.schema.base import Plugin
from kgan.steps.settings.shared import FeatureChoice, FeatureSettings
from kgan.training.tensorflow_import import import_tensorflow


def missing_weights(kind: str, model: Plugin, image_shape: Sequence[int]) -> str:
    """Say why the weights that a model's parameters name are unavailable; nothing where they are not.

    Keras fetches those that it publishes, as it would when the model's turn comes.

    Args:
        kind: "gans" or "classifiers".
        model: the plugin.
        image_shape: (height, width, channels) of its images.
    """
    plugin = registry.configure(kind, model.plugin, model.parameters)
    if all(getattr(plugin, name) is None for name in input_fields(type(plugin))):
        return ""
    config = {"kind": kind, **model.model_dump(mode="json"), "image_shape": list(image_shape)}
    return _missing_of_model(json.dumps(config, sort_keys=True))


def missing_features(features: FeatureChoice | None) -> str:
    """Say why the network that images are compared by is unavailable; nothing where it is not.

    Where a classifier of the run stands in, none is needed.
    """
    if not isinstance(features, FeatureSettings) or features.network is None or features.classifier:
        return ""
    return _missing_of_network(features.network, features.weights or "imagenet", features.image_size)


@functools.cache
def _missing_of_model(config: str) -> str:
    import_tensorflow()
    from kgan.training import model_files

    try:
        model_files.build(json.loads(config)).begin(seed=0)
    except DataError as error:
        return str(error)
    return ""


@functools.cache
def _missing_of_network(network: str, weights: str, image_size: tuple[int, int]) -> str:
    import_tensorflow()
    from kgan.features.pretrained import published

    try:
        published(network, weights, image_size)
    except DataError as error:
        return str(error)
    return ""
