import numpy as np
import pytest

from kgan.data.phantom.lattice import Lattice, smooth_noise


@pytest.fixture
def ramp():
    """A field that rises by 1 along x, 2 along y and 3 along z, a voxel."""
    grid = np.meshgrid(*(np.arange(5) * 4.0,) * 3, indexing="ij")
    values = (grid[0] + 2 * grid[1] + 3 * grid[2])[None].astype(np.float32)
    return Lattice(values, np.zeros(3), 4.0)


def test_linear_between_nodes(ramp):
    axes = (np.array([0.0, 3.0]), np.array([5.5]), np.array([1.0, 2.0, 16.0]))
    expected = axes[0][:, None, None] + 2 * axes[1][None, :, None] + 3 * axes[2][None, None, :]
    np.testing.assert_allclose(ramp.at(axes)[0], expected, rtol=1e-6)


def test_outermost_values_hold_beyond_the_nodes(ramp):
    beyond = ramp.at((np.array([-9.0, 99.0]), np.array([0.0]), np.array([0.0])))
    np.testing.assert_allclose(beyond[0, :, 0, 0], [0, 16], atol=1e-6)


def test_nodes_are_where_the_values_are(ramp):
    np.testing.assert_allclose(ramp.at(ramp.nodes()), ramp.values)


def test_cubic_keeps_a_constant_and_a_linear_field():
    values = np.stack([np.full((8, 8, 8), 3.0), np.meshgrid(*(np.arange(8.0),) * 3, indexing="ij")[1]])
    lattice = Lattice(values.astype(np.float32), np.zeros(3), 1.0, degree=3)
    inner = np.linspace(1, 6, 11)
    constant, linear = lattice.at((inner, inner, inner))
    np.testing.assert_allclose(constant, 3, rtol=1e-6)
    np.testing.assert_allclose(linear, np.broadcast_to(inner[None, :, None], linear.shape), atol=1e-5)


def test_noise_has_unit_deviation_and_is_smooth():
    noise = smooth_noise(np.random.default_rng(0), 2, [(0, 200), (10, 150), (-5, 90)], 6.0)
    field = noise.at((np.arange(200), np.arange(10, 150), np.arange(-5, 90)))
    assert field.shape == (2, 200, 140, 95)
    np.testing.assert_allclose(field.std(axis=(1, 2, 3)), 1, atol=0.08)
    assert np.abs(np.diff(field, axis=1)).mean() < 0.25
