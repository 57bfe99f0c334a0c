"""A trained model as files: plugin, parameters, and the weights of its networks."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from kgan import registry
from kgan.contracts.trainable import Trainable
from kgan.errors import PluginError, RunError
from kgan.files.atomic import replacing, write_text


def build(recipe: Mapping[str, Any], seed: int = 0) -> Any:
    """Build an untrained model. For training, call this in the scope of the strategy.

    Args:
        recipe: ``kind`` ("gans" or "classifiers"), ``plugin``, ``parameters``, ``image_shape``; of noise-to-
            image GANs ``loss`` ({"plugin", "parameters"}) and ``training_options`` (what `train_as` takes);
            ``precision`` ("float32", "bfloat16", "float16").
        seed: of the initial weights.

    Raises:
        PluginError: the plugin cannot be configured, or what it builds does not keep the contract.
    """
    keras.utils.set_random_seed(seed % 2**32)
    precision = recipe.get("precision") or "float32"
    keras.config.set_dtype_policy(precision if precision == "float32" else f"mixed_{precision}")
    config = registry.configure(recipe["kind"], recipe["plugin"], recipe["parameters"])
    given: list[Any] = [tuple(recipe["image_shape"])]
    if recipe.get("loss"):
        loss = recipe["loss"]
        given.append(registry.configure("losses", loss["plugin"], loss.get("parameters", {})).build())
    model = config.build(*given)
    if not isinstance(model, Trainable):
        raise PluginError(
            f"{recipe['plugin']!r} builds {type(model).__name__}; expected a GAN or a classifier of "
            "kgan.contracts"
        )
    if recipe.get("training_options"):
        model.train_as(**recipe["training_options"])
    return model


def save(model: Trainable, recipe: Mapping[str, Any], folder: Path) -> None:
    """Write ``config.json`` and the weights of each network into ``folder``."""
    for name, network in model.networks.items():
        with replacing(folder / "networks" / f"{name}.weights.h5") as aside:
            network.save_weights(aside, overwrite=True)
    write_text(folder / "config.json", json.dumps(dict(recipe), indent=1, sort_keys=True))


def read_config(folder: Path) -> dict[str, Any]:
    """Return the arguments with which `build` made the model of a folder.

    Raises:
        RunError: there is no trained model in the folder.
    """
    try:
        return dict(json.loads((folder / "config.json").read_text()))
    except (OSError, ValueError) as error:
        raise RunError(f"{folder}: no trained model here ({error}). Train it again with kgan run.") from error


def load(folder: Path) -> Any:
    """Rebuild a trained model, ready for inference.

    Raises:
        RunError: there is no trained model in the folder, or its weights do not fit.
    """
    model = build(read_config(folder))
    phases = model.phases(1)
    model.enter(len(phases) - 1, 0, 1)
    for name, network in model.networks.items():
        path = folder / "networks" / f"{name}.weights.h5"
        try:
            network.load_weights(path)
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise RunError(
                f"{path}: these weights do not fit ({reason}). Remove the folder and run again."
            ) from error
    return model
