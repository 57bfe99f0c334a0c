import numpy as np
import pytest
import tensorflow as tf

from kgan.random import tensors

SEED = np.array([123456789012345, 5])
DRAWS = {
    "uniform": lambda shape, seed: tensors.uniform(shape, seed, -2.0, 3.0),
    "normal": tensors.normal,
    "integers": lambda shape, seed: tensors.integers(shape, seed, 3, 9),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_xla_draws_the_same(draw):
    plain = draw((4, 5, 3), SEED).numpy()
    compiled = tf.function(lambda seed: draw((4, 5, 3), seed), jit_compile=True)(tf.constant(SEED)).numpy()
    np.testing.assert_allclose(compiled, plain, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_another_step_or_key_draws_others(draw):
    first = draw((1000,), SEED).numpy()
    for change in ([0, 1], [1, 0]):
        other = draw((1000,), SEED + np.array(change)).numpy()
        assert (first != other).mean() > 0.5
    assert np.array_equal(first, draw((1000,), SEED).numpy())


def test_moments_and_ranges():
    uniform = tensors.uniform((200_000,), SEED, -1.0, 1.0).numpy()
    assert uniform.min() >= -1 and uniform.max() < 1
    np.testing.assert_allclose([uniform.mean(), uniform.var()], [0, 1 / 3], atol=0.01)
    normal = tensors.normal((200_000,), SEED).numpy()
    np.testing.assert_allclose([normal.mean(), normal.var(), (normal**3).mean()], [0, 1, 0], atol=0.03)
    integers = tensors.integers((60_000,), SEED, 3, 9).numpy()
    np.testing.assert_allclose(np.bincount(integers)[3:], 10_000, rtol=0.05)
    assert set(integers) == set(range(3, 9))


def test_shapes_may_be_tensors():
    @tf.function
    def drawn(images):
        count = tf.shape(images)[0]
        return (
            tensors.normal((count, 3), SEED),
            tensors.uniform(tf.shape(images), SEED),
            tensors.uniform((), SEED),
        )

    assert [tuple(value.shape) for value in drawn(tf.zeros((2, 4)))] == [(2, 3), (2, 4), ()]


def test_streams_steps_and_replicas_differ(two_replicas):
    assert tensors.stream_key(1, "a") != tensors.stream_key(1, "b") != tensors.stream_key(2, "b")
    seeds = two_replicas.run(lambda: tensors.seed_for(1, "a", 3))
    first, second = (tuple(seed.numpy()) for seed in two_replicas.experimental_local_results(seeds))
    assert first != second
    assert first == tuple(tensors.seed_for(1, "a", 3).numpy())


SHAPES = [(6,), (6, 5), (6, 3, 3, 1)]
#: XLA compiles each size of a share for a second. What it may round by its place is `normal` alone, which is
#: compiled in every shape; the others, of the same bits at the same places, in one.
SHARED = [
    *[(name, shape, False) for name in DRAWS for shape in SHAPES],
    *[("normal", shape, True) for shape in SHAPES],
    ("uniform", (6, 5), True),
    ("integers", (6, 3, 3, 1), True),
]


@pytest.mark.parametrize(("name", "shape", "jit"), SHARED, ids=str)
def test_shares_are_those_of_the_whole_batch(name, shape, jit):
    """Two, three or six replicas together draw what one device draws for the batch, to the last bit."""
    draw = DRAWS[name]
    compiled = tf.function(lambda seed, count: draw((count, *shape[1:]), seed), jit_compile=jit)

    def drawn(count, share):
        seed = tensors.common_seed(7, "latents", 3) + tf.constant([0, share], tf.int64)
        return compiled(seed, count).numpy()

    whole = drawn(shape[0], 0)
    for replicas in (2, 3, 6):
        shares = [drawn(shape[0] // replicas, share) for share in range(replicas)]
        assert np.array_equal(np.concatenate(shares), whole)


def test_a_replica_draws_its_share(two_replicas):
    drawn = two_replicas.run(lambda: tensors.normal((3, 4), tensors.seed_for(1, "latents", 5)))
    together = np.concatenate([value.numpy() for value in two_replicas.experimental_local_results(drawn)])
    assert np.array_equal(together, tensors.normal((6, 4), tensors.seed_for(1, "latents", 5)).numpy())
    common = two_replicas.run(lambda: tensors.uniform((3,), tensors.common_seed(1, "places", 5)))
    first, second = two_replicas.experimental_local_results(common)
    assert np.array_equal(first, second)


def test_fewer_images_are_the_first_of_more():
    seed = tensors.seed_for(1, "pool", 0)
    for draw in (tensors.normal, tensors.uniform):
        assert np.array_equal(draw((4, 8), seed), draw((9, 8), seed)[:4])
