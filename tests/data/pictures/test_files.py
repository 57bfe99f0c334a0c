import cv2
import numpy as np
import pytest
from PIL import Image

from kgan.contracts.reader import SliceRequest
from kgan.data.pictures.files import Picture, SizesDiffer, is_picture, read_picture, read_pictures
from kgan.errors import DataError

GREY = np.random.default_rng(0).integers(0, 256, (10, 12)).astype(np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (10, 12, 3)).astype(np.uint8)
DEEP = GREY.astype(np.uint16) * 150


def saved(path, pixels, **options):
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(path, **options)
    return path


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.TIFF"])
@pytest.mark.parametrize("pixels", [GREY, DEEP], ids=["8-bit", "16-bit"])
def test_grey_is_kept(tmp_path, name, pixels):
    image = read_picture(saved(tmp_path / name, pixels))
    assert image.shape == (10, 12, 1)
    assert image.dtype == (np.uint8 if pixels is GREY else np.float32)
    assert np.array_equal(image[..., 0], pixels)


def test_colour_and_its_luma(tmp_path):
    path = saved(tmp_path / "a.png", COLOUR)
    assert np.array_equal(read_picture(path, colour=True), COLOUR)
    luma = np.array([76, 150, 29, 255])
    primaries = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    assert read_picture(saved(tmp_path / "b.png", primaries))[0, :, 0].tolist() == luma.tolist()


def test_grey_written_as_colour_is_the_same_grey(tmp_path):
    path = saved(tmp_path / "a.png", np.repeat(GREY[..., None], 3, 2))
    assert np.array_equal(read_picture(path)[..., 0], GREY)
    assert np.array_equal(read_picture(saved(tmp_path / "b.png", GREY), colour=True)[..., 2], GREY)


def test_sixteen_bit_colour_keeps_its_bits(tmp_path):
    deep = COLOUR.astype(np.uint16) * 100 + 7
    for name in ("a.png", "a.tif"):
        cv2.imwrite(str(tmp_path / name), deep[..., ::-1])
        assert np.array_equal(read_picture(tmp_path / name, colour=True), deep)
        luma = deep @ np.array([0.299, 0.587, 0.114])
        np.testing.assert_allclose(read_picture(tmp_path / name)[..., 0], luma, rtol=1e-5)


def test_what_is_transparent_is_black(tmp_path):
    whole = np.dstack([COLOUR, np.full((10, 12), 255, np.uint8)])
    whole[:5, :, 3] = 0
    image = read_picture(saved(tmp_path / "a.png", whole), colour=True)
    assert not image[:5].any()
    assert np.array_equal(image[5:], COLOUR[5:])


@pytest.mark.parametrize("mode", ["1", "P", "LA", "CMYK", "F", "I"])
def test_other_kinds_of_pixels(tmp_path, mode):
    image = Image.fromarray(GREY).convert(mode)
    decoded = read_picture(saved(tmp_path / "a.tif", image))
    assert decoded.shape == (10, 12, 1)
    if mode != "1":
        np.testing.assert_allclose(decoded[..., 0], GREY, atol=1)


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    ("name", "harm", "says"),
    [
        ("a.png", half, "a.png: damaged or no PNG, JPEG or TIFF"),
        ("a.png", flip, "damaged"),
        ("a.jpg", half, "truncated"),
        ("a.tif", half, "damaged"),
        ("a.png", lambda path: path.write_bytes(b""), r"a.png: the file is empty \(0 bytes\)"),
        ("a.jpg", lambda path: path.write_text("no image"), "no such header"),
        ("a.png", lambda path: path.unlink(), "cannot be read"),
        ("a.tif", lambda path: saved(path, np.full((4, 4), np.nan, np.float32)), "NaN or infinite"),
        (
            "a.tif",
            lambda path: saved(path, GREY, save_all=True, append_images=[Image.fromarray(GREY)]),
            "holds 2 images",
        ),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, name, harm, says):
    path = saved(tmp_path / name, np.random.default_rng(2).integers(0, 256, (64, 64)).astype(np.uint8))
    harm(path)
    with pytest.raises(DataError, match=says) as caught:
        read_picture(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
def test_no_damage_ends_in_a_traceback(tmp_path, name):
    path = saved(tmp_path / name, COLOUR)
    whole = path.read_bytes()
    draw = np.random.default_rng(3)
    for _ in range(150):
        content = bytearray(whole)
        for place in draw.integers(0, len(content), 3):
            content[place] = draw.integers(256)
        path.write_bytes(bytes(content[: draw.integers(1, len(content) + 1)]))
        try:
            read_picture(path)
        except DataError:
            pass


def pictures(folder, arrays, label=None):
    return [
        Picture(saved(folder / f"{number}.png", pixels), f"x/{number}.png", number, label)
        for number, pixels in enumerate(arrays)
    ]


def test_a_patients_images(tmp_path):
    paths = pictures(tmp_path, [GREY, GREY[::-1], GREY[:, ::-1]], label=1)
    slices = read_pictures("p", paths, SliceRequest(("any",), first=1, last=99))
    assert slices.images.shape == (2, 10, 12, 1)
    assert slices.images.dtype == np.float32
    assert np.array_equal(slices.images[0, ..., 0], GREY[::-1] / np.float32(255))
    assert slices.indices.tolist() == [1, 2]
    assert slices.labels.tolist() == [1, 1]
    assert slices.files == ("x/1.png", "x/2.png")
    colour = read_pictures("p", paths, SliceRequest(("red", "green", "blue"), first=0, last=0))
    assert colour.images.shape == (1, 10, 12, 3)


def test_an_image_that_cannot_be_read_is_a_fault(tmp_path):
    paths = pictures(tmp_path, [GREY, GREY, GREY])
    paths[1].path.write_bytes(b"")
    slices = read_pictures("p", paths, SliceRequest(("t1",), first=0, last=9))
    assert slices.indices.tolist() == [0, 2]
    assert slices.labels is None
    assert list(slices.faults) == [1] and "0 bytes" in slices.faults[1]
    with pytest.raises(DataError, match="0 bytes"):
        read_pictures("p", paths[1:2], SliceRequest(("t1",), first=0, last=9))


def test_deep_images_are_scaled_together_by_percentiles(tmp_path):
    first = np.zeros((20, 20), np.uint16)
    first[5:15, 5:15] = np.arange(100).reshape(10, 10) * 10 + 1000
    slices = read_pictures(
        "p", pictures(tmp_path, [first, first // 2]), SliceRequest(("t1",), first=0, last=9)
    )
    images = slices.images[..., 0]
    assert (images[:, 0] == 0).all()
    values = np.concatenate([first[first > 0], first[first > 0] // 2])
    low, high = np.percentile(values, (0.5, 99.5))
    np.testing.assert_allclose(
        images[0][first > 0], np.clip((first[first > 0] - low) / (high - low), 0, 1), atol=1e-5
    )
    assert 0.3 < images[1].max() < 0.4
    # 8-bit images beside deep ones keep their values.
    both = read_pictures("p", pictures(tmp_path, [first, np.tile(GREY, (2, 2))[:, :20]]), request(None))
    assert np.array_equal(both.images[1, :10, :12, 0], GREY / np.float32(255))


def request(size):
    return SliceRequest(("t1",), first=0, last=9, image_size=size)


def test_sizes(tmp_path):
    paths = pictures(tmp_path, [GREY, GREY[:8]])
    with pytest.raises(SizesDiffer, match=r"x/0.png has 10x12 pixels, x/1.png 8x12 .* data.image_size"):
        read_pictures("p", paths, request(None))
    assert read_pictures("p", paths, request((16, 16))).images.shape == (2, 16, 16, 1)


def test_requests_that_cannot_be_met(tmp_path):
    paths = pictures(tmp_path, [GREY])
    with pytest.raises(DataError, match="no image among 5 to 9; there are 0 to 0"):
        read_pictures("p", paths, SliceRequest(("t1",), first=5, last=9))
    with pytest.raises(DataError, match="red, green, blue for colour"):
        read_pictures("p", paths, SliceRequest(("t1", "t2"), first=0, last=9))


def test_names():
    assert all(map(is_picture, ("a.PNG", "b.jpeg", "c.tif", "d.nii.png")))
    assert not any(map(is_picture, ("a.gif", "b.nii.gz", "png", "c.img")))
