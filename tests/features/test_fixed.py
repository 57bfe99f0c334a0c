import numpy as np
import pytest

from kgan.errors import DataError
from kgan.features.fixed import PixelFeatures, RandomFeatures


def some_images(count=5, size=64, channels=1):
    return np.random.default_rng(0).integers(0, 256, (count, size, size, channels), dtype=np.uint8)


def test_pixels_are_scaled_and_named():
    features = PixelFeatures((4, 4))
    images = np.stack([np.full((8, 8, 1), grey, np.uint8) for grey in (0, 255)])
    assert features(images).tolist() == [[-1.0] * 16, [1.0] * 16]
    assert features.dimension == 16 and features.name == "pixels at 4x4"


@pytest.mark.parametrize("channels", [1, 4])
@pytest.mark.parametrize("size", [32, 64, 100])
def test_random_features_of_any_size(size, channels):
    features = RandomFeatures(channels)
    vectors = features(some_images(3, size, channels))
    assert vectors.shape == (3, features.dimension) and vectors.dtype == np.float64
    assert np.isfinite(vectors).all()


def test_random_features_are_the_same_in_any_company():
    images = some_images()
    whole = RandomFeatures()(images)
    assert RandomFeatures()(images[2:3]) == pytest.approx(whole[2:3], rel=1e-12)
    assert np.abs(RandomFeatures(seed=1)(images) - whole).max() > 0.01


def test_random_features_keep_their_numbers():
    """Distances of earlier runs are comparable only while the network stays the same."""
    rows, columns = np.mgrid[:64, :64]
    image = (4 * rows + 8 * (columns % 16))[None, :, :, None].clip(0, 255).astype(np.uint8)
    kept = [0.173163128401, 0.138344303999, 0.152781369239, 0.288707111204, 0.253029214889]
    vector = RandomFeatures()(image)[0]
    assert vector[[0, 20, 100, 400, 991]] == pytest.approx(kept, rel=1e-6)


def test_flat_images_have_no_features():
    flat = np.stack([np.full((64, 64, 1), grey, np.uint8) for grey in (0, 90, 255)])
    assert np.abs(RandomFeatures()(flat)).max() < 1e-12


def test_first_maps_by_explicit_loops():
    features = RandomFeatures()
    image = some_images(1)[0, :, :, 0] / 127.5 - 1.0
    filters = features._filters[0].reshape(3, 3, -1)
    padded = np.pad(image, 1, mode="edge")
    maps = np.zeros((64, 64, 16))
    for row in range(64):
        for column in range(64):
            part = padded[row : row + 3, column : column + 3]
            vector = [abs((part * filters[:, :, k]).sum()) for k in range(16)]
            maps[row, column] = vector / np.sqrt(np.mean(np.square(vector)) + 0.5**2)
    pooled = maps.reshape(32, 2, 32, 2, 16).mean(axis=(1, 3))
    vector = features(some_images(1))[0]
    assert vector[:16] == pytest.approx(pooled.mean(axis=(0, 1)), rel=1e-9)
    assert vector[16:32] == pytest.approx(pooled.std(axis=(0, 1)), rel=1e-9)


def test_other_channels_are_refused():
    with pytest.raises(DataError, match=r"expected uint8 \(n, height, width, 1\)"):
        RandomFeatures()(some_images(channels=3))
    with pytest.raises(DataError, match="expected uint8"):
        PixelFeatures()(some_images().astype(float))
