import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.errors import RecipeError
from kgan.random import tensors
from kgan.testing.driver import train
from kgan_plugins.gans.pggan.config import PGGANConfig
from kgan_plugins.gans.pggan.growth import Stage
from kgan_plugins.gans.pggan.networks import downsample, upsample
from kgan_plugins.layers.minibatch_discrimination import MinibatchStddev
from kgan_plugins.losses.configs import WassersteinConfig, WGANGPConfig

#: So many channels at each resolution that a network of 256 px is soon made; the rest is as published.
NARROW = {2**power: 2 for power in range(2, 9)}


@pytest.fixture(scope="module")
def full():
    return PGGANConfig(channels=NARROW).build((256, 256, 1), WGANGPConfig().build())


def test_progan_is_trained_as_in_the_zoo_paper():
    gan = PGGANConfig(kernel=5, output="tanh", channels=NARROW).build((256, 256, 1), WGANGPConfig().build())
    assert gan.generator.layers[-1].activation is keras.activations.tanh
    assert (gan.config.latent_size, gan.config.learning_rate, gan.config.beta_1) == (512, 1e-3, 0.0)
    # 260 epochs of 11,328 images in batches of 64: 20 epochs for each phase.
    assert [phase.steps for phase in gan.phases(260 * 11328 // 64)] == [20 * 11328 // 64] * 13


def test_training_is_as_published(full):
    for adam in full.optimizers.values():
        assert isinstance(adam, keras.optimizers.Adam)
        assert float(adam.learning_rate) == np.float32(1e-3)
        # The last is Karras et al.'s (section A.1).
        assert (adam.beta_1, adam.beta_2, adam.epsilon) == (0.0, 0.99, 1e-8)
    assert full.training_options.critic_updates == full.training_options.generator_updates == 1
    assert full.critic.get_layer("minibatch_stddev").group == 4


def test_thirteen_phases(full):
    names = [phase.name for phase in full.phases(1300)]
    assert names == "4 4-8 8 8-16 16 16-32 32 32-64 64 64-128 128 128-256 256".split()
    assert [phase.steps for phase in full.phases(1300)] == [100] * 13
    assert sum(phase.steps for phase in full.phases(1234)) == 1234


def small(loss=None, **changes):
    figures = {"latent_size": 8, "channels": {4: 8, 8: 8, 16: 4}, **changes}
    return PGGANConfig(**figures).build((16, 16, 1), loss or WGANGPConfig(drift=0.001).build())


def noise(*shape, number=1):
    return tensors.uniform(shape, np.array([number, 0]), -1.0, 1.0)


@pytest.mark.parametrize("resolution", [8, 16])
def test_growth_is_continuous(resolution):
    gan = small()
    latents, images = noise(4, 8), noise(4, resolution, resolution, 1)
    below, between, above = (
        (gan.growing_generator.stage(stage), gan.growing_critic.stage(stage))
        for stage in (Stage(resolution // 2), Stage(resolution, fading=True), Stage(resolution))
    )
    gan.fade.alpha.assign(0.0)
    np.testing.assert_allclose(between[0](latents), upsample(below[0](latents)), atol=1e-6)
    np.testing.assert_allclose(between[1](images), below[1](downsample(images)), atol=1e-6)
    gan.fade.alpha.assign(1.0)
    np.testing.assert_allclose(between[0](latents), above[0](latents), atol=1e-6)
    np.testing.assert_allclose(between[1](images), above[1](images), atol=1e-6)


def test_alpha_follows_the_step_and_real_images_are_blended_alike():
    gan = small()
    gan.begin(seed=1)
    gan.step.assign(12)
    gan.enter(3, 10, 8)  # resumed in the middle of 8-16
    assert gan.stage == Stage(16, fading=True)
    assert float(gan.fade.alpha) == 0.25
    gan.advance()
    assert float(gan.fade.alpha) == 0.375
    images = noise(2, 16, 16, 1)
    blurred = np.repeat(np.repeat(downsample(images), 2, 1), 2, 2)
    np.testing.assert_allclose(gan.view(images), 0.625 * blurred + 0.375 * images, atol=1e-6)
    gan.enter(0, 0, 10)
    np.testing.assert_allclose(gan.view(images), downsample(images, 4), atol=1e-6)


@pytest.mark.parametrize("phase", range(5), ids="4 4-8 8 8-16 16".split())
def test_gradient_reaches_every_variable(phase):
    gan = small()
    gan.begin(seed=1)
    gan.step.assign(5)
    gan.enter(phase, 0, 10)
    for network, variables in _gradients(gan).items():
        for path, gradient in variables.items():
            assert np.abs(gradient).max() > 0, f"{network}: {path}"


def _gradients(gan):
    gradients = {}
    for name, optimizer in gan.optimizers.items():

        def record(values, variables, name=name):
            gradients[name] = {v.path: g.numpy() for v, g in zip(variables, values, strict=True)}

        optimizer.apply = record
    gan.train_step(noise(4, 16, 16, 1))
    return gradients


def test_a_phase_trains_its_own_layers_and_no_others():
    gan = small().train_as(average=0.9)
    gan.begin(seed=1)
    layers = {v.path: v for net in gan.trained_networks() for v in net.trainable_variables}
    before = {path: v.numpy() for path, v in layers.items()}
    train(gan, 10, last=4)  # phases of two steps: 4 and 4-8
    changed = {path for path, v in layers.items() if (v.numpy() != before[path]).any()}
    assert not {path for path in changed if "16" in path}
    assert {"to_image_4/kernel", "to_image_8/kernel", "generator_8_1/kernel", "critic_8_0/kernel"} <= changed
    gan.finish()
    for path, variable in layers.items():
        if "16" in path:
            np.testing.assert_array_equal(variable.numpy(), before[path])


def test_optimisers_start_afresh_with_a_phase_but_not_when_resumed():
    gan = small()
    gan.begin(seed=1)
    train(gan, 10, last=2)
    adam = gan.generator_optimizer
    gan.enter(1, 1, 3)
    assert int(adam.iterations) == 2
    gan.enter(1, 2, 2)
    assert int(adam.iterations) == 0
    assert all(not np.any(m) for m in adam._velocities)
    np.testing.assert_allclose(float(adam.learning_rate), 1e-3)


def test_no_retracing_within_a_phase():
    gan = small(WassersteinConfig().build())
    gan.begin(seed=1)
    gan.enter(1, 0, 6)
    traces = []

    @tf.function(autograph=False)
    def step(images):
        traces.append(1)
        gan.train_step(images)
        gan.advance()

    for number in range(6):
        step(noise(4, 16, 16, 1, number=number))
    assert len(traces) == 1
    assert float(gan.fade.alpha) == 1.0


def test_weights_are_standard_normal_and_scaled_when_used():
    gan = PGGANConfig(latent_size=64, channels={4: 64, 8: 64}).build((8, 8, 1), WGANGPConfig().build())
    for network in gan.networks.values():
        for variable in network.trainable_variables:
            if variable.path.endswith("kernel") and variable.shape.num_elements() > 1000:
                np.testing.assert_allclose(np.std(variable.numpy()), 1.0, atol=0.06)
    features = gan.growing_generator.convolutions[8][0](tf.random.stateless_normal((8, 8, 8, 64), [1, 2]))
    assert 0.7 < np.mean(np.square(features)) < 1.2


def test_latents_lie_on_the_hypersphere():
    gan = small()
    latents = noise(4, 8)
    np.testing.assert_allclose(gan.generator(latents), gan.generator(7.0 * latents), atol=1e-4)


def test_minibatch_stddev_is_the_groups_own():
    images = noise(8, 4, 4, 3)
    outputs = MinibatchStddev(4)(images).numpy()
    for group in (slice(0, 4), slice(4, 8)):
        expected = np.std(images[group], axis=0).mean()
        np.testing.assert_allclose(outputs[group, :, :, 3], np.full((4, 4, 4), expected), rtol=1e-4)
    np.testing.assert_array_equal(outputs[..., :3], images)
    assert MinibatchStddev(4)(images[:3]).shape == (3, 4, 4, 4)


def test_steps_are_shared_as_configured():
    def steps(share, total=100, **more):
        return [phase.steps for phase in small(phase_share=share, **more).phases(total)]

    assert steps(None) == [20] * 5
    assert steps((1, 3)) == [27, 9, 28, 9, 27]
    assert steps({"4": 0, "4-8": 0, "16": 2}) == [0, 0, 25, 25, 50]
    assert steps({"8-16": 0}, first_resolution=8) == [50, 0, 50]
    assert steps({"8": 3, "8-16": 0}, first_resolution=8) == [75, 0, 25]
    assert sum(steps((0.3, 0.7), 1001)) == 1001


def test_a_batch_that_the_group_does_not_divide_is_refused():
    gan = small()
    for images in (1, 3, 4, 16):
        gan.check_batch(images)
    with pytest.raises(RecipeError, match="such as 8"):
        gan.check_batch(10)


def test_clipping_bounds_the_weights_as_they_are_used():
    gan = small(loss=WassersteinConfig(clip=0.01).build())
    gan.begin(seed=1)
    later = {v.path: v.numpy() for layer in gan.growing_critic.convolutions[16] for v in layer.weights}
    train(gan, 5, last=2)  # phases of one step: 4 and 4-8
    for layer in gan.critic.layers:
        if hasattr(layer, "scale"):
            used = np.abs(layer.kernel.numpy()).max() * layer.scale
            np.testing.assert_allclose(used, 0.01, rtol=1e-6, err_msg=layer.name)
            assert np.abs(layer.bias.numpy()).max() <= 0.01
    for layer in gan.growing_critic.convolutions[16]:
        for variable in layer.weights:
            np.testing.assert_array_equal(variable.numpy(), later[variable.path])


@pytest.fixture
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(f"mixed_{request.param}")
    yield request.param
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("policy", ["bfloat16", "float16"], indirect=True)
def test_half_precision_stays_inside(policy):
    gan = small().train_as(average=0.9)
    gan.begin(seed=1)
    gan.step.assign(1)
    gan.enter(1, 0, 8)
    before = {name: [v.numpy() for v in net.trainable_variables] for name, net in gan.networks.items()}
    scaled = [optimizer for optimizer in gan.optimizers.values() if hasattr(optimizer, "dynamic_scale")]
    assert len(scaled) == (2 if policy == "float16" else 0)
    for optimizer in scaled:
        optimizer.dynamic_scale.assign(64.0)  # it starts at 2^15 and falls until nothing overflows
    assert all(np.isfinite(value) for value in gan.train_step(noise(4, 16, 16, 1)).values())
    assert gan.generator(noise(4, 8)).dtype == gan.critic(noise(4, 8, 8, 1)).dtype == tf.float32
    assert gan.growing_critic.convolutions[8][0](noise(4, 8, 8, 8)).dtype == policy
    for name, network in gan.networks.items():
        after = [variable.numpy() for variable in network.trainable_variables]
        assert all(np.isfinite(value).all() for value in after)
        assert any((old != new).any() for old, new in zip(before[name], after, strict=True)), name
