import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.legacy.saving import legacy_h5_format

from kgan.errors import DataError
from kgan_plugins.gans.munit import vgg


@pytest.fixture(scope="module")
def published():
    """A stand-in for Keras's trained network."""
    keras.utils.set_random_seed(0)
    return keras.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))


def write_legacy(model, path):
    """Write the layout in which Keras publishes its weights."""
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    return str(path)


def test_weights_and_features_are_those_of_keras_network(published, tmp_path):
    features = vgg.build_features()
    vgg.load(features, write_legacy(published, tmp_path / "published.h5"))
    assert sum(layer.count_params() for layer in published.layers) == features.count_params() == 14_714_688
    assert not features.trainable_variables
    images = np.random.default_rng(1).uniform(-1, 1, (1, 32, 32, 3)).astype("float32")
    theirs = keras.applications.vgg16.preprocess_input((images + 1) * 127.5)
    for layer in published.layers[1:]:
        if layer.name not in ("block4_pool", "block5_pool"):  # what the authors of MUNIT leave out
            theirs = layer(theirs)
    ours = features(vgg.as_imagenet(tf.constant(images)))
    assert ours.shape == (1, 4, 4, 512)
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4 * float(tf.reduce_max(theirs)))


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(vgg, "BLOCKS", ((1, 2), (1, 2), (1, 2), (1, 2), (1, 3)))
    return vgg.build_features()


def test_keras_3_files_are_read(small, tmp_path):
    small.save_weights(tmp_path / "small.weights.h5")
    other = vgg.build_features()
    vgg.load(other, str(tmp_path / "small.weights.h5"))
    for first, two in zip(small.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(first, two)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing", "no such weights file"),
        ("text", "cannot be read as a Keras weights file"),
        ("another", "layer 'block1_conv1' of VGG16 is missing; expected weights of shapes"),
        (
            "wider",
            r"layer 'block1_conv1' of VGG16 does not fit; .*\(3, 3, 3, 2\).* received .*\(3, 3, 3, 5\)",
        ),
        ("deeper", "has a layer 'block1_conv2' that VGG16 lacks"),
    ],
)
def test_a_wrong_file_is_refused(name, says, small, tmp_path, monkeypatch):
    if name == "text":
        (tmp_path / "text.h5").write_text("not HDF5")
    if name == "another":
        write_legacy(
            keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3, name="conv1")]),
            tmp_path / "another.h5",
        )
    others = {"wider": ((1, 5), *vgg.BLOCKS[1:]), "deeper": ((2, 2), *vgg.BLOCKS[1:])}
    if name in others:
        monkeypatch.setattr(vgg, "BLOCKS", others[name])
        write_legacy(vgg.build_features(), tmp_path / f"{name}.h5")
    before = small.get_weights()
    with pytest.raises(DataError, match=says) as caught:
        vgg.load(small, str(tmp_path / f"{name}.h5"))
    assert "\n" not in str(caught.value)
    assert all((first == two).all() for first, two in zip(before, small.get_weights(), strict=True))


def test_imagenet_goes_through_keras_cache(small, monkeypatch):
    requested = {}
    monkeypatch.setattr(keras.applications, "VGG16", lambda **options: requested.update(options) or small)
    weights = vgg.imagenet()
    assert requested == {"weights": "imagenet", "include_top": False}
    np.testing.assert_array_equal(weights["block1_conv1"][0], small.get_layer("block1_conv1").kernel)


def test_a_failed_download_says_which_file_to_put_where(tmp_path, monkeypatch):
    def fail(**options):
        raise Exception("URL fetch failure on https://example.org/x: None -- no network")  # as Keras does

    monkeypatch.setattr(keras.applications, "VGG16", fail)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(DataError) as caught:
        vgg.imagenet()
    message = str(caught.value)
    for part in ("no network", vgg.FILE, str(tmp_path / "models"), "'vgg_weights'"):
        assert part in message
    assert "\n" not in message
