"""kgan's training as its loop runs it, and what the peers need to compute the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks.speed.training_jobs import NARROW
from kgan import registry
from kgan.contracts.classifier import Classifier
from kgan.contracts.gan import NoiseToImageGAN
from kgan.contracts.trainable import Trainable
from kgan.nn.functional import values_of
from kgan.random import tensors
from kgan.training.fit import compiled_step
from kgan.training.strategy import devices

Arrays = dict[str, np.ndarray]

#: Stands for a training that has reached its last phase.
_STEPS = 1000


@dataclass(frozen=True)
class KganTraining:
    """What a benchmark times.

    Args:
        model: in its last phase.
        batch: that each step takes.
        probe: returns weights, inputs, losses and gradients; see `PeerTraining.compare`.
    """

    model: Trainable
    batch: Any
    step: Callable[[Any], None]
    probe: Callable[[], Arrays]

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.step(self.batch)
        # A GPU may still be at work; what is read has been computed.
        for network in self.model.networks.values():
            np.asarray(network.trainable_variables[-1].value)


def noise_to_image(
    plugin: str, side: int, batch: int, loss: str, parameters: Mapping[str, Any] | None = None
) -> KganTraining:
    adversarial = registry.configure("losses", loss, {}).build()
    gan = registry.configure("gans", plugin, parameters or {}).build((side, side, 1), adversarial)
    training = _training(gan, _images(batch * gan.batch_factor, side))
    return KganTraining(*training, lambda: _probe_noise_to_image(gan, _images(batch, side), loss))


def narrow() -> KganTraining:
    side, batch = NARROW["side"], NARROW["batch"]
    gan, images = narrow_pggan(0, 0.999), _images(NARROW["batch"], side)
    step = compiled_step(gan, devices({}))
    return KganTraining(
        gan, _images(batch, side), step, lambda: _probe_noise_to_image(gan, images, "wgan_gp")
    )


def narrow_pggan(seed: int, average: float) -> NoiseToImageGAN:
    """Return `NARROW`'s GAN at the beginning of its only phase."""
    side = NARROW["side"]
    parameters = {
        "latent_size": NARROW["latent"],
        "channels": NARROW["channels"],
        "first_resolution": side,
        "learning_rate": NARROW["learning_rate"],
    }
    loss = registry.configure("losses", "wgan_gp", {}).build()
    keras.utils.set_random_seed(seed)
    gan = registry.configure("gans", "pggan", parameters).build((side, side, 1), loss)
    gan.train_as(average=average)
    gan.begin(seed=seed, jit=devices({}).jit)
    gan.enter(0, 0, _STEPS)
    return gan


def simgan(side: int, batch: int) -> KganTraining:
    parameters = {"refiner_updates": 1, "warm_up": 0, "buffer": 0}
    gan = registry.configure("gans", "simgan", parameters).build((side, side, 1))
    pair = _images(2 * batch, side), _images(2 * batch, side, 1)
    return KganTraining(*_training(gan, pair), lambda: _probe_simgan(gan, pair[0][:batch], pair[1][:batch]))


def unit(side: int, batch: int) -> KganTraining:
    gan = registry.configure("gans", "munit", {}).build((side, side, 1))
    pair = _images(batch, side), _images(batch, side, 1)
    return KganTraining(*_training(gan, pair), lambda: _probe_unit(gan, *pair))


def resnet50(side: int, batch: int) -> KganTraining:
    classifier = registry.configure("classifiers", "resnet50", {}).build((side, side, 1))
    images, labels = _images(batch, side), tf.range(batch, dtype=tf.int64) % 2
    training = _training(classifier, (images, labels))
    return KganTraining(*training, lambda: _probe_classifier(classifier, images, labels))


def _training(model: Trainable, batch: Any) -> tuple[Trainable, Any, Callable[[Any], None]]:
    place = devices({})
    model.begin(seed=0, jit=place.jit)
    phases = model.phases(_STEPS)
    model.enter(len(phases) - 1, 0, phases[-1].steps)
    return model, batch, compiled_step(model, place)


def _images(count: int, side: int, number: int = 0) -> tf.Tensor:
    """Draw smooth images, each with a grey level of its own: in noise all images are alike to a network."""
    seed = tf.constant([number, 2], tf.int64)
    coarse = tensors.uniform((count, 8, 8, 1), seed, -1.0, 1.0)
    level = tensors.uniform((count, 1, 1, 1), tensors.another(seed, 1), -0.5, 0.5)
    return tf.clip_by_value(tf.image.resize(coarse, (side, side), "bicubic") * 0.5 + level, -1.0, 1.0)


def _probe_noise_to_image(gan: NoiseToImageGAN, real: tf.Tensor, loss: str) -> Arrays:
    count = len(real)
    latents = {name: gan.sample_latents(count, _seed(number)) for number, name in enumerate(gan.networks)}
    seeds = {name: _seed(9) for name in ("penalty", "augment real", "augment fake", "augment between")}
    values = values_of(gan.critic), values_of(gan.generator)
    results, gradients, _ = gan.differentiate_critic(*values, real, latents["critic"], seeds)
    inputs = {"real": real, "latents": latents["critic"]}
    if loss != "wgan":
        inputs["share"] = tensors.uniform((count, 1, 1, 1), seeds["penalty"])
    if loss == "dragan":
        apart = tf.stack([seeds["penalty"][0] + 1, seeds["penalty"][1]])
        inputs["noise"] = tensors.uniform(real.shape, apart)
    probe = _update("critic", inputs, results, {"critic": gan.critic}, gradients)
    results, gradients, _ = gan.differentiate_generator(*values, latents["generator"], _seed(8))
    inputs = {"latents": latents["generator"]}
    probe |= _update("generator", inputs, results, {"generator": gan.generator}, gradients)
    return {**weights_of(gan.networks), **probe}


def _probe_simgan(gan: Any, source: tf.Tensor, target: tf.Tensor) -> Arrays:
    values = values_of(gan.refiner), values_of(gan.critic)
    inputs = {"source": source, "target": target}
    results, gradients, _ = gan.differentiate_refiner(*values, source, target)
    probe = _update("refiner", inputs, results, {"refiner": gan.refiner}, gradients)
    refined = gan.refine_purely(values[0], source)
    loss, gradients, _ = gan.differentiate_critic(values[1], target, refined)
    inputs = {"refined": refined, "target": target}
    probe |= _update("critic", inputs, {"critic_loss": loss}, {"critic": gan.critic}, gradients)
    return {**weights_of(gan.networks), **probe}


def _probe_unit(gan: Any, source: tf.Tensor, target: tf.Tensor) -> Arrays:
    pictures = [tf.repeat(images, 3, axis=-1) for images in (source, target)]
    code = (len(source), source.shape[1] // 4, source.shape[2] // 4, 256)
    names = ("source", "target", "source again", "target again")
    drawn = {name: tensors.normal(code, _seed(number)) for number, name in enumerate(names)}
    inputs = {"images": pictures[0], "wanted": pictures[1], **drawn}
    critics, generators = gan._critics, gan._generators
    values = critics.values(), generators.values()
    loss, gradients = gan.differentiate_critics(*values, *pictures, drawn)
    probe = _update("critics", inputs, {"critic_loss": loss}, critics.networks, gradients)
    terms, gradients = gan.differentiate_generators(*values, ([], []), *pictures, drawn)
    probe |= _update("generators", inputs, terms, generators.networks, gradients)
    return {**weights_of({**critics.networks, **generators.networks}), **probe}


def _probe_classifier(classifier: Classifier, images: tf.Tensor, labels: tf.Tensor) -> Arrays:
    kept = classifier.draw(len(images))
    networks = {"classifier": classifier.network}
    loss, gradients, _ = classifier.differentiate(values_of(classifier.network), images, labels, kept)
    inputs = {"images": images, "labels": labels, "kept": kept}
    return {**weights_of(networks), **_update("classifier", inputs, {"loss": loss}, networks, gradients)}


def _update(
    name: str,
    inputs: Mapping[str, tf.Tensor],
    losses: Mapping[str, tf.Tensor],
    networks: Mapping[str, keras.Model],
    gradients: list[tf.Tensor],
) -> Arrays:
    keys = [f"gradients/{key}" for key, _ in _variables(networks)]
    entries = {
        **{f"inputs/{key}": value for key, value in inputs.items()},
        **{f"losses/{key}": value for key, value in losses.items()},
        **dict(zip(keys, gradients, strict=True)),
    }
    return {f"{name}/{key}": np.asarray(value) for key, value in entries.items()}


def weights_of(networks: Mapping[str, keras.Model]) -> Arrays:
    return {f"weights/{key}": np.asarray(variable.value) for key, variable in _variables(networks)}


def _variables(networks: Mapping[str, keras.Model]) -> list[tuple[str, keras.Variable]]:
    """Return the trainable variables with names such as ``"critic/down1/kernel"``."""
    return [
        (f"{network}/{'/'.join(variable.path.split('/')[-2:])}", variable)
        for network, model in networks.items()
        for variable in model.trainable_variables
    ]


def _seed(number: int) -> tf.Tensor:
    return tf.constant([1000 + number, 0], tf.int64)
