import numpy as np
from PIL import Image

from kgan.data.cohort.contact_sheet import evenly_spaced, write_contact_sheet


def opened(path):
    with Image.open(path) as sheet:
        return np.asarray(sheet)


def test_rows_and_channels(tmp_path):
    grey = np.full((12, 60, 30, 2), 200, np.uint8)
    write_contact_sheet(
        tmp_path / "a.png",
        [("train: tumor (12)", grey), ("none", grey[:0]), ("test", grey[:1])],
        channels=("t1", "t2"),
        columns=5,
        side=60,
    )
    sheet = opened(tmp_path / "a.png")
    assert sheet.shape == (4 * (16 + 64), 4 + 5 * 34)
    assert (sheet[20:70, 6:30] == 200).all()
    assert (sheet[180:230, 40:] == 16).all()
    assert sheet[:16].max() > 150  # the title


def test_nothing_to_show(tmp_path):
    write_contact_sheet(tmp_path / "a.png", [])
    assert opened(tmp_path / "a.png").size > 0


def test_large_images_shrink(tmp_path):
    write_contact_sheet(tmp_path / "a.png", [("x", np.zeros((1, 240, 240, 1), np.uint8))], side=100)
    assert opened(tmp_path / "a.png").shape == (120, 108)


def test_spaced_keeps_the_ends():
    assert evenly_spaced(np.arange(100), 4).tolist() == [0, 33, 66, 99]
    assert evenly_spaced(np.arange(3), 4).tolist() == [0, 1, 2]
