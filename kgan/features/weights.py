"""Trained weights of published networks: Keras's own, fetched or read from a file, laid into a network."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kgan.errors import DataError, KganError

#: Layer name -> its arrays, in Keras's order (kernel, bias; gamma, beta, mean, variance).
Weights = Mapping[str, list[np.ndarray]]

#: What stands for the weights that Keras publishes.
IMAGENET = "imagenet"


_RANDOM = ContextVar("random weights", default=False)


class WeightsMissing(DataError):
    """Keras's published weights are not in its cache and cannot be fetched."""


@contextmanager
def random_weights() -> Iterator[None]:
    """Let `fetch` give random weights within the block: enough to time a network, and always there."""
    token = _RANDOM.set(True)
    try:
        yield
    finally:
        _RANDOM.reset(token)


def fetch(application: Callable[..., Any], failure: str, way_out: str) -> Weights:
    """Fetch the ImageNet weights of one of Keras's networks into its cache, or find them there.

    Args:
        application: of `keras.applications`.
        failure: what has failed, for the error.
        way_out: what to do then; ``{cache}`` stands for Keras's folder.

    Raises:
        WeightsMissing: they are not there and cannot be fetched.
    """
    try:
        model = application(weights=None if _RANDOM.get() else IMAGENET, include_top=False)
    except KganError:
        raise
    except Exception as error:  # Keras raises bare Exception where a download fails
        cache = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "models"
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsMissing(f"{failure} ({reason}). {way_out.format(cache=cache)}") from error
    return {layer.name: layer.get_weights() for layer in model.layers if layer.weights}


def read(path: Path) -> Weights:
    """Read a ``.h5`` or ``.weights.h5`` file.

    Raises:
        DataError: the file is missing, is not HDF5, or holds no layers.
    """
    if not path.is_file():
        raise DataError(
            f"{path}: no such weights file; expected 'imagenet' or the path of Keras's .h5 or .weights.h5."
        )
    try:
        with h5py.File(path) as file:
            weights = _legacy(file.get("model_weights", file)) or _current(file)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise DataError(
            f"{path}: cannot be read as a Keras weights file ({str(error).splitlines()[0]}). Fetch it again."
        ) from error
    if not weights:
        raise DataError(
            f"{path}: holds no named layers; expected a file written by Keras's save_weights, or save to .h5."
        )
    return weights


def origin_of(weights: str) -> str:
    """Return what messages call weights given as "imagenet" or as a path."""
    return "Keras's ImageNet weights" if weights == IMAGENET else weights


def put(
    network: Any,
    weights: Weights,
    *,
    what: str,
    origin: str,
    way_out: str,
    trunk: str,
    optional: Collection[str] = (),
) -> None:
    """Lay weights into a network, layer by layer, matched by name; all of them or none.

    Args:
        network: Keras model.
        weights: the weights.
        what: the network's name, for messages.
        origin: of the weights, for messages.
        way_out: what to do where they do not fit, for messages.
        trunk: how names of layers begin that the network must have if the weights do; a top may be left out.
        optional: names of layers that the weights may lack.

    Raises:
        DataError: they do not fit; says the first layer that does not.
    """
    layers = {layer.name: layer for layer in network.layers if layer.weights}
    for name, layer in layers.items():
        expected = [tuple(weight.shape) for weight in layer.weights]
        if name not in weights:
            if name in optional:
                continue
            raise DataError(
                f"{origin}: layer {name!r} of {what} is missing; expected weights of shapes {expected}. "
                f"{way_out}"
            )
        received = [array.shape for array in weights[name]]
        if received != expected:
            raise DataError(
                f"{origin}: layer {name!r} of {what} does not fit; expected shapes {expected}, received "
                f"{received}. {way_out}"
            )
    for name in weights:
        if name not in layers and name.startswith(trunk):
            raise DataError(
                f"{origin}: has a layer {name!r} that {what} lacks, so these are weights of another network. "
                f"{way_out}"
            )
    for name, layer in layers.items():
        if name in weights:
            layer.set_weights(weights[name])


def digest(weights: Weights) -> str:
    """Return the hexadecimal SHA-256 of weights: the same for the same numbers, whatever file has them."""
    whole = hashlib.sha256()
    for name in sorted(weights):
        for array in weights[name]:
            whole.update(f"{name} {array.shape} {array.dtype}".encode())
            whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()


def _legacy(group: h5py.Group) -> dict[str, list[np.ndarray]]:
    """Read the layout of Keras 1 and 2, in which Keras publishes its weights."""
    weights = {}
    for name in group.attrs.get("layer_names", ()):
        layer = group[_text(name)]
        arrays = [np.asarray(layer[_text(weight)]) for weight in layer.attrs["weight_names"]]
        if arrays:
            weights[_text(name)] = arrays
    return weights


def _current(file: h5py.File) -> dict[str, list[np.ndarray]]:
    """Read the layout of Keras 3, whose groups are numbered and keep a layer's name as an attribute."""
    weights = {}
    for group in file.get("layers", {}).values():
        arrays = group.get("vars", {})
        if len(arrays):
            name = _text(group["vars"].attrs["name"])
            weights[name] = [np.asarray(arrays[str(number)]) for number in range(len(arrays))]
    return weights


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
