import numpy as np
import pytest
from fabricated.array_images import ArrayImages

from kgan.analyses.fidelity.metrics import eigendecomposition as module
from kgan.analyses.fidelity.metrics.eigendecomposition import decompose
from kgan.errors import DataError
from kgan.features import image_set as images_module


def textured(count, size=6, channels=2, seed=0):
    draw = np.random.default_rng(seed)
    d = size * size * channels
    scales = 60 * 0.8 ** np.arange(d)
    turn = np.linalg.qr(draw.standard_normal((d, d)))[0]
    grey = 128 + (draw.standard_normal((count, d)) * scales) @ turn
    return ArrayImages(np.clip(np.rint(grey), 0, 255).astype(np.uint8).reshape(count, size, size, channels))


def by_numpy(images, even=False):
    rows = images.array.reshape(len(images), -1) / 127.5 - 1
    rows = rows - rows.mean(axis=1, keepdims=True) if even else rows
    values, vectors = np.linalg.eigh(np.cov(rows, rowvar=False))
    return rows.mean(axis=0), values[::-1], vectors[:, ::-1].T


@pytest.mark.parametrize("even", [False, True], ids=["plain", "even"])
@pytest.mark.parametrize("exact", [1000, 0], ids=["whole", "iterated"])
def test_is_the_decomposition_of_the_covariance(monkeypatch, exact, even):
    monkeypatch.setattr(module, "EXACT", exact)
    monkeypatch.setattr(module, "BLOCK", 24)
    monkeypatch.setattr(images_module, "CHUNK_BYTES", 17 * 72 * 8)
    images = textured(150)
    _, values, vectors = by_numpy(images, even)
    result = decompose(images, 8, even=even)
    assert result.total == pytest.approx(values.sum(), rel=1e-12)
    assert result.values == pytest.approx(values[:8], rel=1e-8)
    assert np.abs(np.sum(result.vectors * vectors[:8], axis=1)) == pytest.approx(np.ones(8), abs=1e-8)
    assert result.vectors @ result.vectors.T == pytest.approx(np.eye(8), abs=1e-9)


def test_mean_is_in_grey_levels():
    images = textured(30)
    assert decompose(images, 2).mean == pytest.approx(images.array.reshape(30, -1).mean(axis=0), abs=1e-12)


@pytest.mark.parametrize("exact", [1000, 0], ids=["whole", "iterated"])
def test_equal_images_have_no_variance_at_all(monkeypatch, exact):
    monkeypatch.setattr(module, "EXACT", exact)
    images = ArrayImages(np.repeat(textured(1).array, 49, axis=0))
    result = decompose(images, 5)
    assert result.total == 0 and not result.values.any()


def test_gives_no_more_than_there_are():
    assert len(decompose(textured(4), 10).values) == 3
    assert len(decompose(textured(40, size=2, channels=1), 10).values) == 4
    with pytest.raises(DataError, match="covariance of 1 images"):
        decompose(textured(1), 1)


def test_eigenvalues_that_do_not_matter_are_not_waited_for(monkeypatch):
    """White noise has no leading vectors; none of its many eigenvalues is above 1 % of their sum."""
    monkeypatch.setattr(module, "EXACT", 0)
    passes = []
    applied = module._applied
    monkeypatch.setattr(module, "_applied", lambda *given: passes.append(0) or applied(*given))
    noise = np.random.default_rng(0).integers(0, 256, (1500, 16, 16, 1), dtype=np.uint8)
    decompose(ArrayImages(noise), 100, above=0.01)
    assert len(passes) < 3


def test_what_does_not_settle_is_refused(monkeypatch):
    for name, value in {"_PASSES": 1, "_RESIDUAL": 0.0, "EXACT": 10}.items():
        monkeypatch.setattr(module, name, value)
    with pytest.raises(DataError, match="of 60 images did not settle in 1 passes"):
        decompose(textured(60), 5)
