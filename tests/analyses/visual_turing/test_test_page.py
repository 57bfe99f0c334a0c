import base64
import json
import re
import struct

import cv2
import numpy as np
import pytest

from kgan.analyses.visual_turing.files import Key, Provenance
from kgan.analyses.visual_turing.sampling import REAL, SYNTHETIC, Item, Picture
from kgan.analyses.visual_turing.test_page import flat, png, turing_page
from kgan.errors import DataError

PROVENANCE = Provenance("generate-pggan", ("test",), 7, (16, 16), 0.1, 12345)


def key(classes=("non_tumor", "tumor"), count=20):
    items = tuple(
        Item(
            f"{number:08x}", Picture((REAL, SYNTHETIC)[number % 2], "tumor", "test", number, "patient-7", 61)
        )
        for number in range(count)
    )
    return Key("0" * 16, "pggan", "PGGAN", classes, items, PROVENANCE)


def pictures(test, shape=(24, 20), seed=0):
    """Noise for the synthetic images, and flat grey, which any compression makes shorter, for real ones."""
    generator = np.random.default_rng(seed)
    return {
        item.name: generator.integers(0, 256, shape, np.uint8)
        if item.picture.origin == SYNTHETIC
        else np.full(shape, 7, np.uint8)
        for item in test.items
    }


def data(page):
    return json.loads(re.search(r'<script type="application/json" id="test">(.*?)</script>', page, re.S)[1])


def chunks(content):
    """Names and lengths of a PNG's chunks."""
    result, at = [], 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        result.append((content[at + 4 : at + 8], length))
        at += 12 + length
    return result


def test_nothing_but_the_pixels_tells_real_from_synthetic():
    test = key()
    page = turing_page(test, pictures(test))
    shown = data(page)
    assert [image["item"] for image in shown["images"]] == [item.name for item in test.items]
    assert {frozenset(image) for image in shown["images"]} == {frozenset({"item", "png"})}
    forms = {tuple(chunks(base64.b64decode(image["png"]))) for image in shown["images"]}
    assert len(forms) == 1
    assert {name for name, _ in forms.pop()} == {b"IHDR", b"IDAT", b"IEND"}
    assert len({len(image["png"]) for image in shown["images"]}) == 1
    assert set(shown) == {"test", "name", "classes", "images"}
    for secret in ("patient-7", "generate-pggan", "12345", "61"):
        assert secret not in re.sub(r'"png": "[^"]*"', "", json.dumps(shown))
    without_images = re.sub(r'"png": ?"[^"]*"', "", page)
    assert not re.search(r"https?://|src=|<link|@import|fetch\(|XMLHttpRequest", without_images)
    assert "default-src 'none'" in page


def test_images_are_what_was_given():
    test = key(count=2)
    for shape in ((5, 4), (5, 4, 3)):
        images = pictures(test, shape)
        for image in data(turing_page(test, images))["images"]:
            raw = np.frombuffer(base64.b64decode(image["png"]), np.uint8)
            result = cv2.imdecode(raw, cv2.IMREAD_UNCHANGED)
            result = result[..., ::-1] if result.ndim == 3 else result
            assert np.array_equal(result, images[image["item"]])


def test_images_of_two_sizes_are_refused():
    test = key(count=2)
    images = pictures(test)
    images[test.items[1].name] = np.zeros((3, 3), np.uint8)
    with pytest.raises(
        DataError, match=r"\(24, 20\), \(3, 3\) ?; expected one|\(3, 3\), \(24, 20\); expected one"
    ):
        turing_page(test, images)


@pytest.mark.parametrize(
    ("classes", "keys"),
    [
        (("non_tumor", "tumor"), ["t", "n"]),
        ((), []),
        (("benign", "malignant", "normal"), ["n", "m", "b"]),
        (("healthy", "sick"), ["1", "2"]),
        (("cyst", "cancer"), ["1", "2"]),
        (("肿瘤", "正常"), ["1", "2"]),
    ],
    ids=["two-step", "none", "three", "taken", "same", "not Latin"],
)
def test_keys_of_the_classes(classes, keys):
    test = key(classes, 2)
    page = turing_page(test, pictures(test))
    assert [entry["key"] for entry in data(page)["classes"]] == keys
    assert ('id="class"' in page) == bool(classes)


def test_no_page_names_the_method_and_names_are_text():
    test = key(count=2)
    named = Key(test.test, "x", "</script>Method", ("a<b", "</script><b>&"), test.items, PROVENANCE)
    page = turing_page(named, pictures(test))
    assert "Method" not in page and "</script><b>&" not in page
    assert data(page)["classes"][0]["name"] == "</script><b>&"


def test_of_phantoms_the_page_says_that_its_real_images_are_none():
    test = key(count=2)
    assert "are phantoms" in turing_page(test, pictures(test), phantom=True)
    page = turing_page(test, pictures(test))
    assert "phantom" not in page and "slices of real scans" in page


@pytest.mark.parametrize(
    ("channels", "colour", "shape"),
    [(1, False, (4, 6)), (2, False, (4, 12)), (3, False, (4, 18)), (3, True, (4, 6, 3)), (5, False, (8, 18))],
)
def test_several_sequences_are_tiles(channels, colour, shape):
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 12, channels), np.uint8)
    result = flat(images, (4, 6), colour)
    assert result.shape == (2, *shape)
    if channels == 5:
        assert (result[:, 4:, 12:] == 0).all()
        alone = flat(images[..., 3:4], (4, 6), False)
        assert np.abs(result[:, 4:, :6].astype(int) - alone).max() <= 1  # OpenCV rounds as the mode says


def test_a_png_has_one_length_whatever_it_shows():
    noise = np.random.default_rng(0).integers(0, 256, (224, 224), np.uint8)
    assert len(png(noise)) == len(png(np.zeros((224, 224), np.uint8)))
