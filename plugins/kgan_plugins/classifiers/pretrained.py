"""Weights files for ResNet-50: Keras's own, with or without their top, and those that kgan saved."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import h5py
import keras
import numpy as np

from kgan.errors import DataError, KganError

Weights = Mapping[str, list[np.ndarray]]

FILE = "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
ADDRESS = f"https://storage.googleapis.com/tensorflow/keras-applications/resnet/{FILE}"


def load(network: keras.Model, weights: str, head: tuple[str, ...]) -> None:
    """Put pre-trained weights into a network, layer by layer, matched by name.

    Args:
        network: ResNet-50 with the layer names of `keras.applications.ResNet50`.
        weights: "imagenet" or the path of a file.
        head: names of layers that may be missing from the file.

    Raises:
        DataError: the weights cannot be had, read, or do not fit; says the first layer that does not.
    """
    found = imagenet() if weights == "imagenet" else read(Path(weights))
    origin = "Keras's ImageNet weights" if weights == "imagenet" else weights
    layers = {layer.name: layer for layer in network.layers if layer.weights}
    for name, layer in layers.items():
        if name in found or name not in head:
            _compare(name, layer, found, origin)
    for name in found:
        if name not in layers and name.startswith("conv"):
            raise DataError(
                f"{origin}: has a layer {name!r} that this ResNet-50 lacks, so these are weights of another "
                "network. Name a file of ResNet-50 (v1), or change the classifier's blocks."
            )
    for name, layer in layers.items():
        if name in found:
            layer.set_weights(found[name])


def imagenet() -> Weights:
    """Fetch Keras's ImageNet weights of ResNet-50 into its cache, or find them there.

    Raises:
        DataError: they are not there and cannot be fetched; says which file to put where.
    """
    way_out = f"Put the file {FILE} (published at {ADDRESS}) into {{cache}}, or name its path as the "
    return fetch(
        keras.applications.ResNet50,
        "resnet50: Keras could not load the ImageNet weights",
        f"{way_out}classifier's 'weights'.",
    )


def fetch(application: Callable[..., keras.Model], failure: str, way_out: str) -> Weights:
    """Fetch the ImageNet weights of one of Keras's networks into its cache, or find them there.

    Args:
        application: of `keras.applications`.
        failure: what has failed, for the error.
        way_out: what to do then; ``{cache}`` stands for Keras's folder.

    Raises:
        DataError: they are not there and cannot be fetched.
    """
    try:
        model = application(weights="imagenet", include_top=False)
    except KganError:
        raise
    except Exception as error:  # Keras raises bare Exception where a download fails
        cache = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "models"
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{failure} ({reason}). {way_out.format(cache=cache)}") from error
    return {layer.name: layer.get_weights() for layer in model.layers if layer.weights}


def read(path: Path) -> Weights:
    """Read a ``.h5`` or ``.weights.h5`` file.

    Returns:
        dict: layer name to its arrays, in Keras's order (kernel, bias; gamma, beta, mean, variance).

    Raises:
        DataError: the file is missing, is not HDF5, or holds no layers.
    """
    if not path.is_file():
        raise DataError(
            f"{path}: no such weights file; expected 'imagenet' or the path of Keras's .h5 or .weights.h5."
        )
    try:
        with h5py.File(path) as file:
            found = _legacy(file.get("model_weights", file)) or _current(file)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise DataError(
            f"{path}: cannot be read as a Keras weights file ({str(error).splitlines()[0]}). Fetch it again."
        ) from error
    if not found:
        raise DataError(
            f"{path}: holds no named layers; expected a file written by Keras's save_weights, or save to .h5."
        )
    return found


def _legacy(group: h5py.Group) -> dict[str, list[np.ndarray]]:
    """Read the layout of Keras 1 and 2, in which Keras publishes its weights."""
    found = {}
    for name in group.attrs.get("layer_names", ()):
        layer = group[_text(name)]
        arrays = [np.asarray(layer[_text(weight)]) for weight in layer.attrs["weight_names"]]
        if arrays:
            found[_text(name)] = arrays
    return found


def _current(file: h5py.File) -> dict[str, list[np.ndarray]]:
    """Read the layout of Keras 3, whose groups are numbered and keep a layer's name as an attribute."""
    found = {}
    for group in file.get("layers", {}).values():
        arrays = group["vars"] if "vars" in group else {}
        if len(arrays):
            name = _text(group["vars"].attrs["name"])
            found[name] = [np.asarray(arrays[str(number)]) for number in range(len(arrays))]
    return found


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _compare(name: str, layer: keras.Layer, found: Weights, origin: str) -> None:
    expected = [tuple(weight.shape) for weight in layer.weights]
    if name not in found:
        raise DataError(
            f"{origin}: layer {name!r} is missing; expected weights of shapes {expected}. "
            "Name a file of ResNet-50 (v1) weights."
        )
    received = [array.shape for array in found[name]]
    if received != expected:
        raise DataError(
            f"{origin}: layer {name!r} does not fit; expected shapes {expected}, received {received}. "
            "Give the classifier the width, blocks, head and preprocessing that the file was made with."
        )
