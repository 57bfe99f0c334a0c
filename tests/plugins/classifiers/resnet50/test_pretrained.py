import functools

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.legacy.saving import legacy_h5_format

from kgan.errors import DataError
from kgan.features.weights import read
from kgan_plugins.classifiers.resnet50 import pretrained
from kgan_plugins.classifiers.resnet50.config import ResNet50Config

SHAPE = (32, 32, 1)
TINY = {"width": 0.0625, "blocks": (1, 1, 1, 1)}


@pytest.fixture(scope="module")
def published():
    """A stand-in for Keras's trained network: random weights, random statistics."""
    keras.utils.set_random_seed(0)
    model = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(32, 32, 3))
    generator = np.random.default_rng(1)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([generator.uniform(0.5, 1, weight.shape) for weight in layer.weights])
    return model


def write_legacy(model, path):
    """Write the layout in which Keras publishes its weights."""
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    return path


@pytest.fixture(scope="module")
def files(published, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    published.save_weights(folder / "keras3.weights.h5")
    write_legacy(published, folder / "published.h5")
    x = keras.layers.GlobalAveragePooling2D(name="avg_pool")(published.output)
    top = keras.Model(published.input, keras.layers.Dense(10, name="predictions")(x))
    write_legacy(top, folder / "with_top.h5")
    return folder


@pytest.mark.parametrize("name", ["published.h5", "keras3.weights.h5", "with_top.h5"])
def test_each_layout_is_read(name, files, published):
    weights = read(files / name)
    assert set(weights) - {"predictions"} == {layer.name for layer in published.layers if layer.weights}
    for layer in published.layers:
        for got, wanted in zip(weights.get(layer.name, []), layer.get_weights(), strict=True):
            np.testing.assert_array_equal(got, wanted)


def test_every_weight_of_keras_network_arrives(files, published):
    model = ResNet50Config(weights=str(files / "with_top.h5")).build((36, 36, 1))
    model.begin(seed=0)
    transferred = 0
    for layer in published.layers:
        if layer.weights:
            received = model.network.get_layer(layer.name).get_weights()
            for got, wanted in zip(received, layer.get_weights(), strict=True):
                np.testing.assert_array_equal(got, wanted)
                transferred += wanted.size
    assert transferred == 23_587_712
    _check_features(model, published)


def _check_features(model, published):
    """Compare with Keras's network wherever the one padding that differs does not matter."""
    images = np.random.default_rng(2).uniform(-1, 1, (2, 36, 36, 1)).astype("float32")
    ours = keras.Model(model.inference.input, model.inference.get_layer("conv1_relu").output)(images)
    theirs = keras.applications.resnet50.preprocess_input(np.repeat((images + 1) * 127.5, 3, axis=-1))
    for name in ("conv1_pad", "conv1_conv", "conv1_bn", "conv1_relu"):
        theirs = published.get_layer(name)(theirs)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-3)

    # 36 px without padding before the pool leave as much as 32 px with it.
    pooled = np.random.default_rng(3).uniform(0, 1, (2, 8, 8, 64)).astype("float32")
    after_pool = [
        keras.Model(network.get_layer("pool1_pool").output, network.get_layer("conv5_block3_out").output)
        for network in (model.inference, published)
    ]
    np.testing.assert_allclose(after_pool[0](pooled), after_pool[1](pooled), rtol=1e-4, atol=1e-3)


def test_imagenet_goes_through_keras_cache(published, monkeypatch):
    requested = {}
    monkeypatch.setattr(keras.applications, "ResNet50", lambda **given: requested.update(given) or published)
    weights = pretrained.imagenet()
    assert requested == {"weights": "imagenet", "include_top": False}
    np.testing.assert_array_equal(weights["conv1_bn"], published.get_layer("conv1_bn").get_weights())


def test_a_failed_download_says_which_file_to_put_where(tmp_path, monkeypatch):
    def fail(**options):
        raise Exception("URL fetch failure on https://example.org/x: None -- no network")  # as Keras does

    monkeypatch.setattr(keras.applications, "ResNet50", fail)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(DataError) as caught:
        pretrained.imagenet()
    message = str(caught.value)
    assert "no network" in message
    assert "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5" in message
    assert str(tmp_path / "models") in message
    assert "'weights'" in message
    assert "\n" not in message


def test_kgan_reads_back_what_it_saved_from_scratch(tmp_path):
    saved = ResNet50Config(**TINY).build(SHAPE)
    path = tmp_path / "classifier.weights.h5"
    saved.network.save_weights(path)
    model = ResNet50Config(weights=str(path), preprocessing="none", **TINY).build(SHAPE)
    model.begin(seed=0)
    images = tf.random.stateless_normal((3, *SHAPE), (1, 2))
    np.testing.assert_allclose(model.scores(images), saved.scores(images), atol=1e-6)


@functools.cache
def receiver(preprocessing):
    """Return a network that refuses every file below, and so is the same for each."""
    return ResNet50Config(weights="mine.h5", preprocessing=preprocessing, **TINY).build(SHAPE).network


def _grey(folder):
    receiver("none").save_weights(folder / "grey.weights.h5")
    return folder / "grey.weights.h5", "imagenet"


def _narrow(folder):
    ResNet50Config(**{**TINY, "width": 0.125}).build(SHAPE).network.save_weights(folder / "narrow.weights.h5")
    return folder / "narrow.weights.h5", "none"


def _deep(folder):
    ResNet50Config(**{**TINY, "blocks": (1, 1, 2, 1)}).build(SHAPE).network.save_weights(
        folder / "deep.weights.h5"
    )
    return folder / "deep.weights.h5", "none"


def _other(folder):
    inputs = keras.Input((32, 32, 3))
    other = keras.Model(inputs, keras.layers.Conv2D(4, 3, name="block1_conv1")(inputs))
    return write_legacy(other, folder / "vgg.h5"), "imagenet"


def _missing(folder):
    return folder / "nowhere.h5", "imagenet"


def _no_hdf5(folder):
    (folder / "page.h5").write_text("<html>Not found</html>")
    return folder / "page.h5", "imagenet"


def _truncated(folder):
    whole, _ = _grey(folder)
    (folder / "half.h5").write_bytes(whole.read_bytes()[:2000])
    return folder / "half.h5", "imagenet"


def _no_layers(folder):
    with h5py.File(folder / "store.h5", "w") as file:
        file["images"] = np.zeros(3)
    return folder / "store.h5", "imagenet"


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (
            _grey,
            r"layer 'conv1_conv' of this ResNet-50 does not fit; expected shapes \[\(7, 7, 3, 4\), \(4,\)\]",
        ),
        (_narrow, "layer 'conv1_conv' of this ResNet-50 does not fit"),
        (_deep, "has a layer 'conv4_block2_1_bn' that this ResNet-50 lacks"),
        (_other, "layer 'conv1_conv' of this ResNet-50 is missing"),
        (_missing, "nowhere.h5: no such weights file"),
        (_no_hdf5, "page.h5: cannot be read as a Keras weights file"),
        (_truncated, "half.h5: cannot be read as a Keras weights file"),
        (_no_layers, "store.h5: holds no named layers"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_files_that_do_not_fit_are_refused(prepare, says, tmp_path):
    path, preprocessing = prepare(tmp_path)
    network = receiver(preprocessing)
    before = network.get_weights()
    with pytest.raises(DataError, match=says) as caught:
        pretrained.load(network, str(path), head=("logits", "logits_bn"))
    assert "\n" not in str(caught.value)
    for kept, other in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, other)
