import numpy as np
from PIL import Image

from kgan.analyses.tsne.figure import draw_points

LIMITS = np.array([[-1.0, -1.0], [1.0, 1.0]])
BLUE, VERMILION = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)


def pixels(path, labels, points=None):
    points = np.zeros((len(labels), 2)) if points is None else points
    draw_points({"real": (points, np.array(labels))}, ("non_tumor", "tumor"), LIMITS, path)
    return np.asarray(Image.open(path).convert("RGB")).astype(int)


def count(image, colour):
    return int((np.abs(image - colour).sum(-1) < 12).sum())


def test_colours_are_classes(tmp_path):
    points = np.random.default_rng(0).uniform(-1, 1, (40, 2))
    first = pixels(tmp_path / "a.png", [0] * 40, points)
    second = pixels(tmp_path / "b.png", [1] * 40, points)
    # The legend shows a marker of each class.
    assert count(first, BLUE) > 5 * count(first, VERMILION) > 0
    assert count(second, VERMILION) > 5 * count(second, BLUE) > 0


def test_a_point_stands_at_one_place_whatever_others_there_are(tmp_path):
    alone = pixels(tmp_path / "a.png", [0], np.array([[0.5, 0.5]]))
    beside = pixels(tmp_path / "b.png", [0, 1], np.array([[0.5, 0.5], [-0.9, -0.9]]))
    half = alone.shape[0] // 2
    blue = [np.argwhere(np.abs(image[:half] - BLUE).sum(-1) < 12).mean(0) for image in (alone, beside)]
    np.testing.assert_allclose(*blue, atol=1)


def test_no_unfinished_file_stays_beside_the_picture(tmp_path):
    pixels(tmp_path / "a.png", [0, 1])
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
