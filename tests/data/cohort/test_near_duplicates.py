import io

import cv2
import numpy as np
import pytest
from PIL import Image

from kgan.data.cohort import near_duplicates
from kgan.data.cohort.near_duplicates import FAR, FORMS, LIKE, MOST, candidates, hashes, similarity


def folds(number, size=62):
    """Draw a head of folds of its own: (size, size, 1) uint8."""
    draw = np.random.default_rng(number)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    head = (y / draw.uniform(0.8, 0.9)) ** 2 + (x / draw.uniform(0.65, 0.75)) ** 2 < 1
    rough = cv2.GaussianBlur(draw.normal(0, 1, (size, size)), (0, 0), 1.5)
    image = head * (0.5 + 0.15 * rough / rough.std() + 0.1 * np.cos(3 * np.hypot(x, y)))
    return (255 * np.clip(image, 0, 1)).astype(np.uint8)[..., None]


def jpeg(image, quality):
    buffer = io.BytesIO()
    Image.fromarray(image[..., 0]).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))[..., None]


def pixel(image):
    changed = image.copy()
    changed[20, 25] ^= 255
    return changed


def sixteen_bits(image):
    """As a deeper version is stored that was scaled by percentiles of what is not black."""
    low, high = np.percentile(image[image > 0], (0.5, 99.5))
    scaled = np.rint(np.clip((image - low) / (high - low), 0, 1) * 255).astype(np.uint16)
    return np.where(image > 0, scaled * 257, 0).astype(np.uint16)


COPIES = {
    "jpeg-95": (lambda image: jpeg(image, 95), ""),
    "jpeg-75": (lambda image: jpeg(image, 75), ""),
    "jpeg-50": (lambda image: jpeg(image, 50), ""),
    "one-pixel": (pixel, ""),
    "16-bit": (sixteen_bits, ""),
    "darker": (lambda image: (image * 0.7).astype(np.uint8), ""),
    "larger": (lambda image: cv2.resize(image, (128, 128))[..., None], ""),
    "left-right": (lambda image: image[:, ::-1], "mirrored left to right"),
    "upside-down": (lambda image: image[::-1], "upside down"),
    "turned": (lambda image: image[::-1, ::-1], "turned by 180 degrees"),
    "mirrored-jpeg": (lambda image: jpeg(np.ascontiguousarray(image[:, ::-1]), 75), "mirrored left to right"),
    "as-is": (lambda image: image, ""),
}


@pytest.mark.parametrize(("change", "form"), COPIES.values(), ids=COPIES)
def test_a_copy_is_found_among_many_and_what_was_done_to_it_is_reported(change, form):
    images = [folds(number) for number in range(40)]
    copy = change(images[7])
    image_hashes = np.concatenate([hashes(np.stack(images)), hashes(copy[None])])
    pairs = candidates(image_hashes, np.arange(41), np.zeros(41, int))
    assert pairs.tolist() == [[40, 7]]
    value, done = similarity(copy, images[7])
    assert value >= LIKE and done == form


def test_hashes_of_mirror_images_are_near_by_the_hash_of_one_alone():
    image = folds(1)
    plain = hashes(image[None])
    for mirrored in (image[:, ::-1], image[::-1], image[::-1, ::-1]):
        other = hashes(mirrored[None])
        bits = np.unpackbits(plain ^ other).sum()
        assert bits > 3 * FAR and near_duplicates._distances(plain, other)[0, 0] <= 2


def test_distances_are_those_of_the_bits_of_all_four_forms():
    images = np.stack([folds(number) for number in range(6)])
    forms = (images, images[:, :, ::-1], images[:, ::-1], images[:, ::-1, ::-1])
    counted = np.stack(
        [np.unpackbits(hashes(images)[:, None] ^ hashes(form)[None], axis=2).sum(2) for form in forms]
    ).min(0)
    # An image and its mirror image are shrunk with roundings of their own.
    assert np.abs(near_duplicates._distances(hashes(images), hashes(images)) - counted).max() <= 2


def test_other_heads_are_no_copies():
    images = [folds(number) for number in range(60)]
    assert not len(candidates(hashes(np.stack(images)), np.arange(60), np.zeros(60, int)))
    assert max(similarity(images[0], other)[0] for other in images[1:]) < 0.8


def test_images_of_one_owner_are_not_compared():
    twice = np.stack([folds(1), pixel(folds(1)), folds(2)])
    assert not len(candidates(hashes(twice), np.array([4, 4, 5]), np.zeros(3, int)))
    assert len(candidates(hashes(twice), np.array([4, 3, 5]), np.zeros(3, int))) == 1


def test_of_each_group_the_nearest_are_given(monkeypatch):
    monkeypatch.setattr(near_duplicates, "_ROWS", 4)
    monkeypatch.setattr(near_duplicates, "_COLUMNS", 3)
    bits = np.zeros((12, 32), np.uint8)
    for number in range(11):
        bits[number, 0] = (1 << (number // 2)) - 1  # 0 0 1 1 2 2 3 3 4 4 5 bits, and none for the last
    groups = np.array([0, 1] * 6)
    pairs = candidates(bits, np.arange(12), groups)
    last = pairs[pairs[:, 0] == 11, 1].tolist()
    assert last == [0, 1, 2, 3, 4, 5, 6, 7] and len(last) == 2 * MOST
    assert all(earlier < later for later, earlier in pairs) and sorted(pairs.tolist()) == pairs.tolist()


def test_a_flat_image_is_like_none():
    flat = np.full((20, 20, 1), 9, np.uint8)
    assert similarity(flat, flat) == (0.0, FORMS[0])
    assert hashes(np.empty((0, 8, 8, 1), np.uint8)).shape == (0, 32)


def test_channels_are_averaged():
    image = folds(3).astype(np.int64)
    colour = np.concatenate([image - 30, image, image + 30], axis=-1)
    assert similarity(colour, folds(3))[0] == pytest.approx(1, abs=1e-6)
    assert (hashes(colour[None]) == hashes(folds(3)[None])).mean() > 0.9
