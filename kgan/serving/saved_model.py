"""Generators and refiners as SavedModels that need only TensorFlow.

A `tf.Module` with the variables and named signatures loads without Keras and kgan, gives bit-identical
images, and has half the size of the export of Keras.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf import fingerprint_pb2

from kgan.contracts.gan import GAN, ImageToImageGAN, NoiseToImageGAN
from kgan.files.atomic import replacing_folder
from kgan.random import tensors
from kgan.serving.model_card import Card, Signature, Tensor, write_card

_ANY_SIZE = 32
RANGE = "[-1, 1]"


class Served(tf.Module):
    """The content of a SavedModel: named functions and their variables, without Keras objects.

    Args:
        functions: signature name -> concrete function; the first one is also ``serving_default``.
        model: whose variables they read; these are numbered in its order, which is the same in each process.
    """

    def __init__(self, functions: Mapping[str, Any], model: GAN) -> None:
        super().__init__()
        self.functions = {**functions, "serving_default": next(iter(functions.values()))}
        read = {id(variable) for function in functions.values() for variable in function.variables}
        self.weights = [each.value for each in model.variables if id(each.value) in read]
        if len(self.weights) != len(read):
            raise TypeError(
                f"{type(model).__name__}: its images are made with variables that it does not list"
            )


def served(model: GAN) -> tuple[Served, tuple[Signature, ...]]:
    """Make a trained model servable.

    Args:
        model: a trained noise-to-image GAN (signatures ``generate``, ``sample``, ``sample_uint8``) or
            image-to-image GAN (signature ``refine``).

    Returns:
        tuple: the module to save, and its signatures for the model card.

    Raises:
        TypeError: the model is of another kind.
    """
    if isinstance(model, NoiseToImageGAN):
        return _generator(model)
    if isinstance(model, ImageToImageGAN):
        return _refiner(model)
    raise TypeError(f"expected a NoiseToImageGAN or an ImageToImageGAN, received {type(model).__name__}")


def save(module: Served, folder: Path, card: Card) -> None:
    """Write a SavedModel and its card into ``folder`` atomically.

    Args:
        module: returned by `served`.
        folder: replaced if it exists.
        card: written beside the SavedModel as ``card.md`` and ``card.json``.
    """
    with replacing_folder(folder) as aside:
        tf.saved_model.save(module, str(aside), signatures=module.functions)
        _without_random_id(aside / "fingerprint.pb")
        write_card(card, aside)


def _without_random_id(path: Path) -> None:
    """Empty the random identifier in a SavedModel's fingerprint, so that equal models have equal files."""
    fingerprint = fingerprint_pb2.FingerprintDef.FromString(path.read_bytes())
    fingerprint.uuid = ""
    path.write_bytes(fingerprint.SerializeToString(deterministic=True))


def deviation(model: GAN, folder: Path) -> float:
    """Return the largest absolute difference between the images of a SavedModel and of the original model.

    Both run as graphs: in eager mode, a model with batch normalisation rounds differently in the last bit,
    because TensorFlow fuses convolution and normalisation only in graphs.

    Args:
        model: the saved model.
        folder: of the SavedModel, which is loaded again.
    """
    loaded = tf.saved_model.load(str(folder)).signatures
    seed = tf.constant([0, 0], tf.int64)
    if isinstance(model, NoiseToImageGAN):
        latents = model.sample_latents(2, seed)
        expected = tf.function(model.sample, autograph=False)(latents)
        received = loaded["generate"](latents=latents)["images"]
    else:
        shape = [size or _ANY_SIZE for size in model.refiner.input_shape[1:]]
        images = tensors.uniform((2, *shape), seed, -1.0, 1.0)
        expected = tf.function(model.refine, autograph=False)(images)
        received = loaded["refine"](images=images)["images"]
    return float(tf.reduce_max(tf.abs(expected - received)))


def _generator(model: NoiseToImageGAN) -> tuple[Served, tuple[Signature, ...]]:
    latent = int(model.generator.input_shape[-1])

    def generate(latents: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"images": model.sample(latents)}

    def sample(count: tf.Tensor, seed: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"images": model.sample(model.sample_latents(count, tf.stack([seed, 0])))}

    def sample_uint8(count: tf.Tensor, seed: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"images": _uint8(sample(count, seed)["images"])}

    latents = tf.TensorSpec((None, latent), tf.float32, "latents")
    draw = tf.TensorSpec((), tf.int32, "count"), tf.TensorSpec((), tf.int64, "seed")
    functions = {
        "generate": _graph(generate, latents),
        "sample": _graph(sample, *draw),
        "sample_uint8": _graph(sample_uint8, *draw),
    }
    images = _images(model.image_shape)
    latent_input = Tensor("latents", ("n", latent), "float32", "distributed as in the signature sample")
    sample_inputs = (
        Tensor("count", (), "int32", "1 or more; limited by memory"),
        Tensor("seed", (), "int64", "any; the same seed and count give the same images"),
    )
    grey = Tensor("images", images.shape, "uint8", "0 to 255, round((x + 1) * 127.5)")
    signatures = (
        Signature("generate", (latent_input,), (images,)),
        Signature("sample", sample_inputs, (images,)),
        Signature("sample_uint8", sample_inputs, (grey,)),
    )
    return Served(functions, model), signatures


def _refiner(model: ImageToImageGAN) -> tuple[Served, tuple[Signature, ...]]:
    shape = tuple(model.refiner.input_shape[1:])

    def refine(images: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"images": model.refine(images)}

    functions = {"refine": _graph(refine, tf.TensorSpec((None, *shape), tf.float32, "images"))}
    images = _images(shape)
    return Served(functions, model), (Signature("refine", (images,), (images,)),)


def _graph(function: Callable[..., Any], *specs: tf.TensorSpec) -> Any:
    return tf.function(function, autograph=False).get_concrete_function(*specs)


def _images(shape: Sequence[int | None]) -> Tensor:
    sizes = tuple("any" if size is None else int(size) for size in shape)
    return Tensor("images", ("n", *sizes), "float32", f"{RANGE}, -1 is black")


def _uint8(images: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.round((images + 1.0) * 127.5), tf.uint8)
