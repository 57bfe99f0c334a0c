"""Every network that a recipe's paper profile names, at full size, through the product's own training loop.

One step of each, in the smallest batch that compares images and of one update of each network: batches and
updates decide the time, not the networks; several updates after one another are tried at small sizes
(`tests/contracts/test_gan.py` and each GAN's own tests). PGGAN is trained in its last phase alone. XLA, used
on GPUs alone, compiles some of them; the checks of plugins have it compile each at its smallest.
"""

import gc

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan import recipe as recipes
from kgan import registry
from kgan.contracts.config import CriticProperty
from kgan.contracts.gan import ImageToImageGAN
from kgan.plan import plan
from kgan.progress import Silent
from kgan.steps.settings.classify import ClassifySettings
from kgan.steps.settings.training import TrainGanSettings
from kgan.training import model_files
from kgan.training.fit import Fit, fit
from kgan.training.strategy import Devices

# Recipe -> training step -> images of an update. A network that several steps train is here once; the zoo's
# DCGAN, whose critic depends on the loss, twice. All kinds are under a penalty somewhere.
NETWORKS = {
    "two_step": {
        "train-pggan-tumor": 2,
        "train-munit-tumor": 1,
        "train-simgan-tumor": 1,
        "classify-1-real-scratch": 2,
        "classify-1-real-pretrained": 2,
    },
    "infinite_brain": {"classify-1-real-pretrained": 2},
    "multi_sequence": {
        "train-dcgan_t1": 2,
        "train-dcgan_concat_64": 2,
        "train-wgan_t1": 2,
        "train-wgan_concat_64": 2,
    },
    "mri_generation": {
        "train-dcgan_original": 2,
        "train-dcgan_dragan": 2,
        "train-srresnet_wgan_gp": 1,
        "train-progan_original": 2,
    },
}
#: Training options of a noise-to-image GAN: how often a step updates a network.
UPDATES = ("critic_updates", "generator_updates")
#: What XLA compiles: one network of each kind that its compiler for CPUs does not take minutes for.
COMPILED = ("train-dcgan_t1", "train-wgan_concat_64", "classify-1-real-scratch")
PHASES = ("4", "4-8", "8", "8-16", "16", "16-32", "32", "32-64", "64", "64-128", "128", "128-256")


def paper(name):
    loaded = recipes.load(name, profile="paper", needs_data=False)
    return {step.name: step for step in plan(loaded)}


@pytest.fixture(scope="module")
def plans():
    return {name: paper(name) for name in NETWORKS}


@pytest.fixture(scope="module")
def imagenet(tmp_path_factory):
    """A file like Keras's, of the trained network's shape, with random weights."""
    path = tmp_path_factory.mktemp("weights") / "resnet50.weights.h5"
    keras.applications.ResNet50(weights=None, include_top=False, input_shape=(64, 64, 3)).save_weights(path)
    return str(path)


def model_of(settings):
    """Return the kind, the plugin and the (height, width) of what a step trains."""
    if isinstance(settings, ClassifySettings):
        return "classifiers", settings.classifier, settings.image_size
    size = settings.canvas if isinstance(settings, TrainGanSettings) else settings.image_size
    return "gans", settings.gan, size


def loss_of(settings):
    """Return the plugin of the loss; ``None`` where the model brings its own."""
    return settings.loss if isinstance(settings, TrainGanSettings) else None


def network(settings):
    """Return what decides which networks a step trains: plugin, parameters, size, and DCGAN's norm."""
    _, plugin, size = model_of(settings)
    loss = loss_of(settings)
    requires = registry.config_class("losses", loss.plugin).requires if plugin.plugin == "dcgan" else ()
    is_penalised = CriticProperty.INDEPENDENT_SCORES in requires
    return plugin.plugin, str(plugin.parameters), tuple(size), is_penalised


def test_every_network_of_the_papers_is_tried_below(plans):
    trains = ("train_gan", "train_refiner", "classify")
    trained = {
        network(step.settings) for plan in plans.values() for step in plan.values() if step.kind in trains
    }
    tried = [network(plans[name][step].settings) for name, steps in NETWORKS.items() for step in steps]
    assert trained == set(tried) and len(tried) == len(set(tried))


CASES = [
    pytest.param(name, step, images, id=f"{name}-{step.removeprefix('train-')}")
    for name, steps in NETWORKS.items()
    for step, images in steps.items()
]


def config_of(settings, imagenet):
    """Return what `model_files.build` takes: a step's model, of few updates, with weights that are here."""
    kind, plugin, size = model_of(settings)
    parameters = dict(plugin.parameters)
    if parameters.get("weights"):
        parameters["weights"] = imagenet
    if plugin.plugin == "munit":
        parameters["vgg_weights"] = None  # VGG16's are not to be had without a network
    if plugin.plugin == "pggan":
        parameters["phase_share"] = dict.fromkeys(PHASES, 0)
    if plugin.plugin == "simgan":
        parameters |= {"warm_up": 1, "refiner_updates": 1}
    config = {"kind": kind, "plugin": plugin.plugin, "parameters": parameters, "image_shape": [*size, 1]}
    if loss := loss_of(settings):
        config["loss"] = {"plugin": loss.plugin, "parameters": loss.parameters}
        config["training_options"] = dict.fromkeys(UPDATES, 1)
    return config


@pytest.fixture
def memory():
    """Give back what a test's networks took: gigabytes."""
    yield
    keras.backend.clear_session()
    gc.collect()


@pytest.mark.slow
@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize(("name", "step", "images"), CASES)
def test_a_step_of_training_at_full_size(plans, imagenet, tmp_path, name, step, images):
    settings = plans[name][step].settings
    config = config_of(settings, imagenet)
    model = model_files.build(config, settings.seed)
    model.check_batch(images)
    before = {key: [v.numpy() for v in net.trainable_variables] for key, net in model.networks.items()}
    batch = example(model, images, config["kind"])
    devices = Devices(tf.distribute.get_strategy(), step in COMPILED, "one CPU")
    how = Fit(1, 1, tmp_path, devices, step)
    warm_up = model.warm_up_steps(1)
    fit(model, lambda first: tf.data.Dataset.from_tensors(batch).repeat(), how, Silent())
    for key, net in model.networks.items():
        after = [variable.numpy() for variable in net.trainable_variables]
        assert all(np.isfinite(weight).all() for weight in after), key
        assert any((old != new).any() for old, new in zip(before[key], after, strict=True)), key
    assert int(model.step.numpy()) == 1 + warm_up


def example(model, images, kind):
    generator = np.random.default_rng(0)
    shape = (images * model.batch_factor, *model.image_shape)
    first = tf.constant(generator.uniform(-1, 1, shape), tf.float32)
    if kind == "classifiers":
        return first, tf.constant(np.arange(len(first)) % 2, tf.int64)
    if isinstance(model, ImageToImageGAN):
        return first, tf.constant(generator.uniform(-1, 1, shape), tf.float32)
    return first
