import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.errors import DataError, RecipeError
from kgan.random import tensors
from kgan.testing import driver, parametrize
from kgan.testing.gans import check_refiner_survives_saving
from kgan.testing.trainables import check_a_step_moves_each_network, check_replicas_agree
from kgan.training import model_files
from kgan_plugins.gans.munit import vgg
from kgan_plugins.gans.munit.config import MUNITConfig

SHAPE = (16, 16, 1)
TINY = {"width": 0.03, "blocks": 1, "scales": 1}
SMALL_VGG = ((1, 2), (1, 2), (1, 2), (1, 2), (1, 3))
WEIGHTS = {}


@pytest.fixture(autouse=True, scope="module")
def small_vgg(tmp_path_factory):
    """Let VGG16 have a few filters, and write random weights for it."""
    path = tmp_path_factory.mktemp("vgg") / "small.weights.h5"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vgg, "BLOCKS", SMALL_VGG)
        keras.utils.set_random_seed(3)
        vgg.build_features().save_weights(path)
        WEIGHTS["path"] = str(path)
        yield


def make(**figures):
    keras.utils.set_random_seed(7)
    return MUNITConfig(**{**TINY, **figures}).build(SHAPE)


def with_styles():
    """All that is optional is on: style codes, the cycle, the perceptual term."""
    # Wide enough that no normalised channel is nearly constant: its gradients would be of rounding errors.
    return make(style=3, vgg_weights=WEIGHTS["path"], width=0.1)


@parametrize({"unit": MUNITConfig.tiny}, "image_to_image")
def test_contract(make, check):
    check(make)


def residual():
    return make(residual=True)


#: For what any instance may do, trained or not.
styled = functools.cache(with_styles)


# Not all laws: XLA compiles each variant for a long time.
@pytest.mark.parametrize(
    ("check", "maker"),
    [
        (check_a_step_moves_each_network, styled),
        (check_replicas_agree, with_styles),
        (check_refiner_survives_saving, styled),
        (check_a_step_moves_each_network, residual),
        (check_refiner_survives_saving, residual),
    ],
)
def test_contract_with_all_that_is_optional(check, maker):
    check(maker)


def images(seed, count=2):
    return tensors.uniform((count, *SHAPE), tf.constant([seed, 0], tf.int64), -1.0, 1.0)


def tripled(grey):
    return tf.concat([grey] * 3, axis=-1)


def noise(model, stream):
    return tensors.normal((2, 4, 4, model._plan.content[-1]), model.seed_for(stream))


def mean_error(first, other):
    return tf.reduce_mean(tf.abs(first - other))


def square(value):
    return tf.reduce_mean(tf.square(value))


def scores(model, domain, shown):
    return model.networks[f"{domain}_critic"](shown)


def unit_loss(model, source, target):
    """Liu et al.'s loss with Han et al.'s weights, written out from the equations."""
    part = model._generators.networks
    encode_s, decode_s = part["source encoder"], part["source decoder"]
    encode_t, decode_t = part["target encoder"], part["target decoder"]
    mean_s, mean_t = encode_s(source), encode_t(target)
    code_s, code_t = (
        mean_s + noise(model, "generators/source"),
        mean_t + noise(model, "generators/target"),
    )
    refined, reverse = decode_t(code_s), decode_s(code_t)
    again_s, again_t = encode_t(refined), encode_s(reverse)
    back_s = decode_s(again_s + noise(model, "generators/source again"))
    back_t = decode_t(again_t + noise(model, "generators/target again"))
    loss = 10 * (mean_error(decode_s(code_s), source) + mean_error(decode_t(code_t), target))
    loss += 0.01 * (square(mean_s) + square(mean_t))
    loss += 10 * (mean_error(back_s, source) + mean_error(back_t, target))
    loss += 0.01 * (square(again_s) + square(again_t))
    return loss + square(scores(model, "target", refined) - 1) + square(scores(model, "source", reverse) - 1)


@pytest.fixture(scope="module")
def driven():
    """A GAN after one step, and what the step would have applied to the critics and to the generators."""
    model = make()
    model.begin(seed=5)
    return model, *driving_gradients(model)


def test_the_generators_descend_the_unit_loss(driven):
    model, _, gradients = driven
    with tf.GradientTape() as tape:
        loss = unit_loss(model, tripled(images(1)), tripled(images(2)))
    variables = model._generators.variables
    expected = tape.gradient(loss, [v.value for v in variables])
    total = sum(float(model.trackers[name].result()) for name in model.reported if name != "critic_loss")
    assert total == pytest.approx(float(loss), rel=1e-4)
    compare(gradients, expected)


def test_the_critics_descend_least_squares(driven):
    model, gradients, _ = driven
    source, target = tripled(images(1)), tripled(images(2))
    part = model._generators.networks
    refined = part["target decoder"](part["source encoder"](source) + noise(model, "critics/source"))
    reverse = part["source decoder"](part["target encoder"](target) + noise(model, "critics/target"))
    with tf.GradientTape() as tape:
        loss = square(scores(model, "source", source) - 1) + square(scores(model, "source", reverse))
        loss += square(scores(model, "target", target) - 1) + square(scores(model, "target", refined))
    expected = tape.gradient(loss, [v.value for v in model._critics.variables])
    assert float(model.trackers["critic_loss"].result()) == pytest.approx(float(loss), rel=1e-5)
    compare(gradients, expected)


def driving_gradients(model):
    """Return what one step on `images` would apply to the critics and to the generators; nothing moves."""
    applied = []
    for optimizer in model.optimizers.values():
        optimizer.apply = lambda gradients, variables: applied.append(gradients)
    model.train_step((images(1), images(2)))
    return applied


def compare(gradients, expected):
    largest = max(float(tf.reduce_max(tf.abs(gradient))) for gradient in expected)
    for ours, theirs in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4 * largest)


def test_the_learning_rate_is_halved_every_20_000_steps(driven):
    for optimizer in driven[0].optimizers.values():
        rates = []
        for step in (0, 19_999, 20_000, 39_999, 40_000, 99_999):
            optimizer.iterations.assign(step)
            rates.append(float(optimizer.learning_rate))
        np.testing.assert_allclose(rates, np.array([1, 1, 0.5, 0.5, 0.25, 0.0625]) * 1e-4, rtol=1e-6)
        assert isinstance(optimizer, keras.optimizers.Adam)
        assert (optimizer.beta_1, optimizer.beta_2, optimizer.weight_decay) == (0.5, 0.999, None)


def test_the_papers_values_are_the_defaults():
    config = dict(MUNITConfig())
    expected = {"adversarial": 1, "reconstruction": 10, "kl": 0.01, "cycle": 10, "cycle_kl": 0.01}
    expected |= {"perceptual": 1, "learning_rate": 1e-4, "halve_every": 20_000, "style": "none"}
    assert {name: config[name] for name in expected} == expected


def test_refining_draws_nothing(driven):
    model, *_ = driven
    content = model._generators.networks["source encoder"](tripled(images(4)))
    without_noise = tf.reduce_mean(model._generators.networks["target decoder"](content), -1, keepdims=True)
    np.testing.assert_allclose(model.refine(images(4)), without_noise, atol=1e-5)
    np.testing.assert_array_equal(model.refine(images(4)), model.refine(images(4)))


def test_styles_are_zero_unless_they_are_given():
    model = styled()
    plain = model.refine(images(4))
    np.testing.assert_allclose(model.refine_as(images(4), tf.zeros((2, 3))), plain, atol=1e-5)
    other = model.refine_as(images(4), tf.ones((2, 3)))
    assert other.shape == plain.shape
    assert np.abs(other - plain).max() > 1e-3


def test_what_is_off_or_decided_is_reported():
    off, zero = make(style=2).notes
    assert "perceptual term is off" in off
    assert "style code zero" in zero
    assert make(vgg_weights="anywhere.h5").notes == ()


def test_the_perceptual_term_is_a_fixed_network_s():
    model = make(vgg_weights=WEIGHTS["path"], perceptual=2.0)
    model.begin(seed=5)
    source, target, part = tripled(images(1)), tripled(images(2)), model._generators.networks
    refined = part["target decoder"](part["source encoder"](source) + noise(model, "generators/source"))
    reverse = part["source decoder"](part["target encoder"](target) + noise(model, "generators/target"))
    expected = 2 * (distance(model, refined, source) + distance(model, reverse, target))
    before = model._features.get_weights()
    model.train_step((images(1), images(2)))
    assert float(model.trackers["perceptual"].result()) == pytest.approx(float(expected), rel=1e-3)
    held = {id(variable) for variable in model.state()}
    assert not any(id(variable) in held for variable in model._features.variables)
    assert all((a == b).all() for a, b in zip(before, model._features.get_weights(), strict=True))


def distance(model, first, other):
    """Mean squared difference of instance-normalised features, by NumPy."""
    sides = []
    for shown in (first, other):
        features = model._features(keras.applications.vgg16.preprocess_input((shown.numpy() + 1) * 127.5))
        features = features.numpy().astype("float64")
        deviation = np.sqrt(features.var((1, 2), keepdims=True) + 1e-5)
        sides.append((features - features.mean((1, 2), keepdims=True)) / deviation)
    return np.mean((sides[0] - sides[1]) ** 2)


def test_missing_weights_stop_training_but_not_refining():
    model = make(vgg_weights="nowhere.h5")
    assert model.refine(images(1)).shape == (2, *SHAPE)
    with pytest.raises(DataError, match="nowhere.h5: no such weights file"):
        model.begin(seed=1)


@pytest.mark.parametrize("style", ["none", 3])
def test_a_residual_refiner_starts_by_changing_nothing(style):
    model = make(residual=True, style=style)
    np.testing.assert_allclose(model.refine(images(1)), np.clip(images(1), -0.999, 0.999), atol=1e-5)


def test_impossible_sizes_are_refused():
    with pytest.raises(RecipeError, match="expected at least 64 px a side"):
        MUNITConfig().build((56, 56, 1))


def test_a_saved_model_refines_alike(tmp_path):
    parameters = {**TINY, "style": 2}
    recipe = {"kind": "gans", "plugin": "munit", "parameters": parameters, "image_shape": SHAPE}
    model = model_files.build(recipe, seed=1)
    model_files.save(model, recipe, tmp_path)
    again = model_files.load(tmp_path)
    np.testing.assert_array_equal(again.refine(images(1)), model.refine(images(1)))
    saved = [variable for network in model.networks.values() for variable in network.variables]
    assert {id(variable) for variable in saved} == {id(variable) for variable in trained(model)}


def trained(model):
    return model._generators.variables + model._critics.variables


@pytest.fixture
def half_precision():
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.usefixtures("half_precision")
def test_half_precision_reaches_no_loss():
    model = make(vgg_weights=WEIGHTS["path"])
    model.begin(seed=5)
    assert all(network.output.dtype == "float32" for network in model._generators.networks.values())
    assert model._features.output.dtype == "float32"
    driver.enter_last_phase(model)
    before = [v.numpy() for v in trained(model)]
    results = model.train_step((images(1), images(2)))
    assert all(np.isfinite(float(value)) for value in results.values())
    assert any((a != b.numpy()).any() for a, b in zip(before, trained(model), strict=True))
