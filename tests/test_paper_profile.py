"""Every network that a recipe's paper profile names, at full size, through the product's own training step.

The graph of a step is made for all others, at the paper's batch, with one update of each network: further
ones repeat it, and several are tried at small sizes (`tests/contracts/test_gan.py` and each GAN's own tests).
PGGAN is in its last phase. A step is taken where that is a matter of seconds, in the smallest batch that
compares images; ``kgan plan --time --profile paper`` takes steps of all. XLA, used on GPUs alone, compiles
one; the checks of plugins have it compile each at its smallest.
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
from kgan.training.fit import Fit, compiled_step, fit
from kgan.training.strategy import Devices

# Recipe -> training steps. A network that several steps train is here once; the zoo's DCGAN, whose critic
# depends on the loss, twice. PGGAN and DCGAN are under a penalty. Classifiers load weights in the shape of
# ImageNet's: from scratch, they are the same networks.
NETWORKS = {
    "two_step": (
        "train-pggan-tumor",
        "train-munit-tumor",
        "train-simgan-tumor",
        "classify-1-real-pretrained",
    ),
    "infinite_brain": ("classify-1-real-pretrained",),
    "multi_sequence": ("train-dcgan_t1", "train-dcgan_concat_64", "train-wgan_t1", "train-wgan_concat_64"),
    "mri_generation": (
        "train-dcgan_original",
        "train-dcgan_dragan",
        "train-srresnet_original",
        "train-progan_original",
    ),
}
#: Of which a step is taken, and whether XLA compiles it.
TAKEN = {
    ("multi_sequence", "train-dcgan_concat_64"): False,
    ("multi_sequence", "train-wgan_concat_64"): True,
}
#: Parameters of a classifier that do not change its network.
OF_TRAINING = ("weights", "learning_rate", "decay_factor", "decay_every")
#: Training options of a noise-to-image GAN: how often a step updates a network.
UPDATES = ("critic_updates", "generator_updates")
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
    parameters = {name: value for name, value in plugin.parameters.items() if name not in OF_TRAINING}
    return plugin.plugin, str(parameters), tuple(size), is_penalised


def test_every_network_of_the_papers_is_tried_below(plans):
    trains = ("train_gan", "train_refiner", "classify")
    trained = {
        network(step.settings) for plan in plans.values() for step in plan.values() if step.kind in trains
    }
    tried = [network(plans[name][step].settings) for name, steps in NETWORKS.items() for step in steps]
    assert trained == set(tried) and len(tried) == len(set(tried))


CASES = [
    pytest.param(name, step, id=f"{name}-{step.removeprefix('train-')}")
    for name, steps in NETWORKS.items()
    for step in steps
    if (name, step) not in TAKEN
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
@pytest.mark.parametrize(("name", "step"), CASES)
def test_the_graph_of_a_step_at_full_size_trains_every_weight_in_it(plans, imagenet, name, step):
    settings = plans[name][step].settings
    config = config_of(settings, imagenet)
    model = model_files.build(config, settings.seed)
    model.check_batch(settings.train.batch_size)
    model.begin(seed=1)
    phases = model.phases(1)
    model.enter(len(phases) - 1, 0, 1)
    images = example(model, settings.train.batch_size, config)
    batch = tf.nest.map_structure(tf.TensorSpec.from_tensor, images)
    graph = compiled_step(model, on_one_cpu(jit=False)).get_concrete_function(batch).graph
    outer = {id(inner): id(variable) for variable, inner in graph.captures}
    assigned = {
        outer[id(operation.inputs[0])]
        for operation in graph.get_operations()
        if operation.type.startswith(("Assign", "ResourceApply"))
    }
    for key, net in model.networks.items():
        used = {id(variable.value.handle) for variable in net.trainable_variables} & set(outer.values())
        assert used, key
        assert used <= assigned, key


@pytest.mark.slow
@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize(("name", "step", "jit"), [(*which, jit) for which, jit in TAKEN.items()])
def test_a_step_of_training_at_full_size(plans, imagenet, tmp_path, name, step, jit):
    settings = plans[name][step].settings
    config = config_of(settings, imagenet)
    model = model_files.build(config, settings.seed)
    before = {key: [v.numpy() for v in net.trainable_variables] for key, net in model.networks.items()}
    batch = example(model, 2, config)
    how = Fit(1, 1, tmp_path, on_one_cpu(jit), step)
    fit(model, lambda first: tf.data.Dataset.from_tensors(batch).repeat(), how, Silent())
    for key, net in model.networks.items():
        after = [variable.numpy() for variable in net.trainable_variables]
        assert all(np.isfinite(weight).all() for weight in after), key
        assert any((old != new).any() for old, new in zip(before[key], after, strict=True)), key
    assert int(model.step.numpy()) == 1


def on_one_cpu(jit):
    return Devices(tf.distribute.get_strategy(), jit, "one CPU")


def example(model, images, config):
    generator = np.random.default_rng(0)
    shape = (images * model.batch_factor, *model.image_shape)
    first = tf.constant(generator.uniform(-1, 1, shape), tf.float32)
    if config["kind"] == "classifiers":
        return first, tf.constant(np.arange(len(first)) % 2, tf.int64)
    if isinstance(model, ImageToImageGAN):
        return first, tf.constant(generator.uniform(-1, 1, shape), tf.float32)
    return first
