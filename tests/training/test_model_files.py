import json

import keras
import numpy as np
import pytest

from kgan.errors import RunError
from kgan.training import model_files

CLASSIFIER = {
    "kind": "classifiers",
    "plugin": "brightness",
    "parameters": {"rate": 0.2},
    "image_shape": [8, 8, 1],
}
GAN = {
    "kind": "gans",
    "plugin": "tiles",
    "parameters": {"latent": 4, "rates": [0.01, 0.1]},
    "image_shape": [8, 8, 1],
    "loss": {"plugin": "plain", "parameters": {"scale": 2}},
    "training_options": {"average": 0.5},
}


@pytest.fixture(autouse=True)
def plugins(third_party):
    third_party("good")
    yield
    keras.config.set_dtype_policy("float32")


def weights(model):
    return {name: network.get_weights() for name, network in model.networks.items()}


@pytest.mark.parametrize("recipe", [CLASSIFIER, GAN], ids=["classifier", "gan"])
def test_a_saved_model_comes_back_with_its_weights(recipe, tmp_path):
    model = model_files.build(recipe, seed=3)
    model_files.save(model, recipe, tmp_path)
    assert model_files.read_config(tmp_path) == recipe
    loaded = model_files.load(tmp_path)
    assert type(loaded) is type(model)
    for name, arrays in weights(model).items():
        for saved, read in zip(arrays, weights(loaded)[name], strict=True):
            np.testing.assert_array_equal(saved, read)


def test_the_seed_decides_the_initial_weights():
    first, again, other = (weights(model_files.build(CLASSIFIER, seed))["classifier"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])


def test_a_gan_is_given_its_loss_and_its_training_options():
    model = model_files.build(GAN)
    assert model.loss.config.scale == 2
    assert model.training_options.average == 0.5


@pytest.mark.parametrize("precision", ["bfloat16", "float32"])
def test_precision_is_that_of_the_config_whatever_came_before(precision):
    keras.config.set_dtype_policy("mixed_float16")
    model = model_files.build({**CLASSIFIER, "precision": precision})
    assert {layer.compute_dtype for layer in model.networks["classifier"].layers} == {precision}


@pytest.mark.parametrize("text", [None, "{"], ids=["missing", "not JSON"])
def test_a_folder_without_a_model_is_refused(text, tmp_path):
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    with pytest.raises(RunError, match="no trained model here .* Train it again with kgan run"):
        model_files.load(tmp_path)


@pytest.mark.filterwarnings("ignore:Skipping nested container:UserWarning")
def test_weights_of_another_size_are_refused(tmp_path):
    model_files.save(model_files.build(GAN), GAN, tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({**GAN, "image_shape": [16, 16, 1]}))
    with pytest.raises(RunError, match="these weights do not fit .* Remove the folder and run again"):
        model_files.load(tmp_path)
