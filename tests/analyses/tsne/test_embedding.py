import numpy as np
import pytest
from scipy.spatial.distance import cdist

from kgan.analyses.tsne.embedding import embed, principal_start, squared_distances
from kgan.errors import DataError


def blobs(per_group, groups=3, size=8, seed=0):
    draws = np.random.default_rng(seed)
    centres = draws.integers(40, 215, (groups, size, size, 1))
    noise = draws.integers(-20, 21, (groups, per_group, size, size, 1))
    return (centres[:, None] + noise).reshape(-1, size, size, 1).astype(np.uint8)


def test_distances_are_those_of_pixels_from_0_to_1():
    """They are computed 256 images at a time."""
    images = blobs(190)
    flat = images.reshape(570, -1) / 255
    np.testing.assert_allclose(squared_distances(images), cdist(flat, flat, "sqeuclidean"), atol=1e-4)


def test_groups_come_apart_and_the_seed_decides():
    images = blobs(30)
    layout = embed(images, seed=3, perplexity=20, iterations=300).reshape(3, 30, 2)
    middles = layout.mean(1)
    within = np.linalg.norm(layout - middles[:, None], axis=2).max()
    apart = cdist(middles, middles)[np.triu_indices(3, 1)].min()
    assert apart > 2 * within
    again = embed(images, seed=3, perplexity=20, iterations=300).reshape(3, 30, 2)
    np.testing.assert_array_equal(layout, again)


def test_it_starts_from_the_principal_components():
    images = blobs(20, groups=2)
    flat = images.reshape(40, -1) / 255
    centred = flat - flat.mean(0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]
    expected = centred @ axes.T
    layout = principal_start(squared_distances(images))
    assert layout[:, 0].std() == pytest.approx(1e-4, rel=1e-4)
    for component in (0, 1):
        correlation = np.corrcoef(layout[:, component], expected[:, component])[0, 1]
        assert abs(correlation) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("images", "parameters", "says"),
    [
        (blobs(5), {"perplexity": 15}, "15 images with a perplexity of 15; expected more images"),
        (blobs(5), {"perplexity": 5, "iterations": 100}, "100 iterations; expected 250 or more"),
        (np.zeros((20, 4, 4, 1), np.uint8), {"perplexity": 5}, "all images are the same"),
    ],
)
def test_what_cannot_be_embedded_is_refused(images, parameters, says):
    with pytest.raises(DataError, match=says):
        embed(images, seed=0, **parameters)
