import keras
import numpy as np
import pytest

from kgan.errors import DataError
from kgan.features import pretrained, weights
from kgan.training import model_files

SIZE = (32, 32)
CLASSIFIER = {
    "kind": "classifiers",
    "plugin": "resnet50",
    "parameters": {"width": 0.1, "blocks": [1, 1, 1, 1]},
    "image_shape": [16, 16, 1],
}


OPTIONS = {"weights": None, "include_top": False, "pooling": "avg", "input_shape": (*SIZE, 3)}


def small(**options):
    """Build what DenseNet-169 is, with one layer a block: Keras builds 169 of them in two seconds."""
    return keras.src.applications.densenet.DenseNet([1, 1, 1, 1], **options)


@pytest.fixture(autouse=True, scope="module")
def quick():
    """Each DenseNet-169 that is built is a small one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.applications, "DenseNet169", small)
        yield


@pytest.fixture(scope="module")
def densenet():
    """A stand-in for Keras's trained network."""
    keras.utils.set_random_seed(0)
    return small(**OPTIONS)


@pytest.fixture(scope="module")
def file(densenet, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "mine.weights.h5"
    densenet.save_weights(path)
    return str(path)


@pytest.fixture(scope="module")
def features(file):
    return pretrained.densenet169(file, SIZE)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classify")
    model = model_files.build(CLASSIFIER, seed=3)
    model_files.save(model, CLASSIFIER, folder)
    return folder, model


def grey(count, side=32, channels=1):
    return np.random.default_rng(0).integers(0, 256, (count, side, side, channels)).astype(np.uint8)


def test_features_are_keras_pooled_ones_of_repeated_grey(features, densenet):
    images = grey(3)
    assert features.name == "DenseNet-169, weights of mine.weights.h5"
    wanted = keras.applications.densenet.preprocess_input(np.repeat(images, 3, axis=-1).astype("float32"))
    vectors = features(images)
    assert vectors.shape == (3, features.dimension) and vectors.dtype == np.float64
    np.testing.assert_allclose(vectors, densenet(wanted, training=False), rtol=1e-3, atol=1e-6)


def test_the_dimension_of_densenet169_is_known_unbuilt():
    built = keras.src.applications.densenet.DenseNet169(**OPTIONS)
    assert pretrained.NETWORKS["densenet169"].dimension == built.output_shape[-1] == 1664


def test_images_of_another_size_are_resized(features):
    large = np.repeat(np.repeat(grey(2), 2, axis=1), 2, axis=2)
    np.testing.assert_allclose(features(large), features(grey(2)), rtol=1e-6)


@pytest.mark.parametrize(
    ("images", "says"),
    [(grey(1, channels=4), "4 channels; expected 1 .grey. or 3"), (grey(1)[0], "expected uint8")],
    ids=["channels", "shape"],
)
def test_other_images_are_refused(images, says, features):
    with pytest.raises(DataError, match=says):
        features(images)


def test_imagenet_weights_are_keras_own_and_known_by_their_numbers(densenet, features, monkeypatch):
    monkeypatch.setattr(
        keras.applications,
        "DenseNet169",
        lambda **options: densenet if options["weights"] == "imagenet" else small(**options),
    )
    published = pretrained.densenet169(image_size=SIZE)
    assert published.name == "DenseNet-169, ImageNet weights"
    assert published.digest == features.digest


def test_missing_imagenet_weights_say_which_file_to_put_where(tmp_path, monkeypatch):
    def fail(**options):
        raise Exception("URL fetch failure: no network\nmore")

    monkeypatch.setattr(keras.applications, "DenseNet169", fail)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(weights.WeightsMissing) as caught:
        pretrained.densenet169()
    message = str(caught.value)
    for part in (
        "no network",
        pretrained.NETWORKS["densenet169"].file,
        str(tmp_path / "models"),
        "'weights'",
    ):
        assert part in message
    assert "\n" not in message


def test_weights_of_another_network_are_refused(file):
    with pytest.raises(DataError, match="mine.weights.h5: layer 'conv1_conv' of ResNet-50 does not fit"):
        pretrained.resnet50(file, SIZE)


def test_too_small_images_are_refused(file):
    with pytest.raises(DataError, match="DenseNet-169: image_size 16x16; expected at least 32 pixels"):
        pretrained.densenet169(file, (16, 16))


def test_a_classifier_gives_what_its_head_is_given(classifier):
    folder, model = classifier
    network = pretrained.classifier_features(folder, "1 real")
    assert network.name == "the classifier trained on “1 real”"
    images = grey(2, side=16)
    pooled = keras.Model(model.inference.input, model.inference.get_layer("avg_pool").output)
    wanted = pooled(images.astype("float32") / 127.5 - 1)
    np.testing.assert_allclose(network(images), wanted, rtol=1e-4, atol=1e-6)
    assert network.image_size == (16, 16)
    with pytest.raises(DataError, match="images with 1 channels was given 3"):
        network(grey(1, channels=3))


def test_features_that_are_no_numbers_are_refused(classifier, tmp_path):
    _, model = classifier
    kept = model.network.get_weights()
    model.network.set_weights([np.full_like(array, np.nan) for array in kept])
    model_files.save(model, CLASSIFIER, tmp_path)
    model.network.set_weights(kept)
    with pytest.raises(DataError, match="NaN or infinite features"):
        pretrained.classifier_features(tmp_path)(grey(1, side=16))
