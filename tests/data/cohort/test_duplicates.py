import dataclasses

import numpy as np
import pytest

from kgan.data.cohort.cohort import Cohort
from kgan.data.cohort.duplicates import (
    check_duplicates,
    duplicate_notes,
    find_duplicates,
    find_near_duplicates,
    write_duplicates,
)
from kgan.data.cohort.exclusions import Exclusions
from kgan.data.cohort.near_duplicates import hashes
from kgan.data.cohort.staging import Staged, StagedSlice
from kgan.data.cohort.tables import DUPLICATES
from kgan.data.store.pixels import pixel_digests
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.errors import DataError

PARTS = {"train": ("a", "b"), "validation": ("c",), "test": ("d",)}
CLASSES = ("non_tumor", "tumor")


def cohort(tmp_path, *slices, used=None):
    """Make a cohort of (patient, index, label, digest, file)."""
    staged = Staged(tmp_path / "s.h5")
    for position, (patient, index, label, digest, *file) in enumerate(slices):
        measures = np.array([0.5, 0.9, 0.9])
        piece = StagedSlice(position, patient, index, label, None, "", measures, *(file or [""]), digest)
        staged.slices.append(piece)
    reasons = ["" if used is None or row in used else "by hand: x" for row in range(len(slices))]
    return Cohort(staged, Exclusions(), PARTS, reasons, CLASSES)


def test_no_copies(tmp_path):
    images = cohort(tmp_path, ("a", 0, 0, b"1"), ("b", 0, 0, b"2"), ("c", 0, 1, b""), ("d", 0, 1, b""))
    assert find_duplicates(images) == []
    check_duplicates(images, [])


def test_copies_in_one_split_do_no_harm(tmp_path):
    images = cohort(tmp_path, ("a", 3, 0, b"1", "x.png"), ("b", 4, 0, b"1", "y.png"))
    (copy,) = find_duplicates(images)
    assert (copy.first.file, copy.second.file, copy.splits) == ("x.png", "y.png", ("train", "train"))
    check_duplicates(images, [copy])
    write_duplicates(tmp_path, [copy])
    (row,) = DUPLICATES.read(tmp_path)
    assert (row.patient, row.slice, row.file, row.split) == ("b", 4, "y.png", "train")
    assert (row.copy_of_patient, row.copy_of_slice, row.copy_of_file) == ("a", 3, "x.png")
    assert (row.similarity, row.change) == (1.0, "none")


def test_slices_of_one_volume_may_be_equal_but_its_files_are_reported(tmp_path):
    assert find_duplicates(cohort(tmp_path, ("a", 0, 0, b"1"), ("a", 1, 0, b"1"))) == []
    files = cohort(
        tmp_path, ("a", 0, 0, b"1", "x.png"), ("a", 1, 0, b"1", "y.png"), ("b", 0, 0, b"2", "z.png")
    )
    assert len(find_duplicates(files)) == 1


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (
            ("a", 3, 0, b"1"),
            ("c", 4, 0, b"1"),
            r"in two splits: slice 3 of a \(train\) and slice 4 of c \(validation\)\..*reason: c,4,copy\)",
        ),
        (
            ("a", 3, 0, b"1", "x.png"),
            ("d", 4, 0, b"1", "y.png"),
            r"x.png of a \(train\) and y.png of d \(test\).*: d,4,copy\), or give both the same patient",
        ),
        (
            ("a", 3, 0, b"1", "a"),
            ("d", 0, 0, b"1", "d"),
            r"splits: a \(train\) and d \(test\).*reason: d,,copy\)",
        ),
        (
            ("a", 3, 0, b"1", "x.png"),
            ("b", 4, 1, b"1", "y.png"),
            "of two classes: x.png of a is non_tumor, y.png of b is tumor",
        ),
    ],
    ids=["volumes", "files", "files-alone", "classes"],
)
def test_what_is_refused(tmp_path, first, second, says):
    images = cohort(tmp_path, first, second)
    with pytest.raises(DataError, match=says):
        check_duplicates(images, find_duplicates(images))
    for rows in ([0], [1]):
        left = cohort(tmp_path, first, second, used=rows)
        assert find_duplicates(left) == []


def test_the_worst_of_several_copies_is_reported(tmp_path):
    rows = [(patient, number, 0, b"1", f"{patient}{number}.png") for patient in "abab" for number in (0,)]
    images = cohort(
        tmp_path, *rows, ("d", 0, 0, b"1", "d.png"), ("d", 1, 0, b"2", "e.png"), ("c", 0, 0, b"2", "f")
    )
    copies = find_duplicates(images)
    assert [copy.splits for copy in copies] == [("train", "train")] * 3 + [
        *[("train", "test"), ("test", "validation")]
    ]
    with pytest.raises(DataError, match="and 1 more such pairs"):
        check_duplicates(images, copies)


def test_patients_in_no_split_are_not_looked_at(tmp_path):
    images = cohort(tmp_path, ("a", 0, 0, b"1"), ("elsewhere", 0, 0, b"1"))
    assert find_duplicates(images) == []


def heads(count, size=48):
    """Draw heads of rough texture, each its own: (count, size, size, 1) uint8."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    draw = np.random.default_rng(5).uniform(0.3, 1, (count, size // 3, size // 3)).repeat(3, 1).repeat(3, 2)
    return (255 * draw * (y**2 + 1.4 * x**2 < 0.8)).astype(np.uint8)[..., None]


def near(tmp_path, slices, subjects=None):
    """Find near copies among (patient, index, label, image, file)."""
    images = np.stack([image for _, _, _, image, *_ in slices])
    with StoreWriter(tmp_path / "s.h5", image_shape=images.shape[1:], classes=(), provenance={}) as store:
        store.append(images, [-1] * len(images), [""] * len(images), [-1] * len(images))
    made = cohort(tmp_path, *((*row[:3], pixel_digests(row[3][None])[0], *row[4:]) for row in slices))
    looks = hashes(images)
    made.staged.slices[:] = [
        dataclasses.replace(piece, looks=looks[number].tobytes() if piece.digest else b"")
        for number, piece in enumerate(made.staged.slices)
    ]
    return find_near_duplicates(made, ImageStore(tmp_path / "s.h5"), subjects or {})


def changed(image):
    other = image.copy()
    other[20, 20] ^= 128
    return other


def test_a_near_copy_of_a_training_image_in_the_test_is_reported(tmp_path):
    images = heads(6)
    slices = [("a", index, 0, images[index]) for index in range(5)]
    copies = near(tmp_path, [*slices, ("d", 3, 0, changed(images[2])), ("d", 4, 0, images[5])])
    (copy,) = copies
    assert (copy.first.patient, copy.first.index, copy.second.patient, copy.second.index) == ("a", 2, "d", 3)
    assert copy.splits == ("train", "test") and copy.parted
    assert 0.93 < copy.similarity < 1 and copy.change == "small changes"
    (note,) = duplicate_notes([], copies, "copies.csv")
    assert "1 images look like near copies of another patient's" in note
    pair = "slice 3 of d (test) and slice 2 of a (train)"
    assert f"1 of the pairs are in two splits, such as {pair}: what learns from one knows the other" in note
    write_duplicates(tmp_path, copies)
    (row,) = DUPLICATES.read(tmp_path)
    assert (row.split, row.copy_of_split, row.change) == ("test", "train", "small changes")
    assert row.similarity == pytest.approx(copy.similarity, abs=1e-4)


def test_a_mirrored_copy_is_reported_as_such(tmp_path):
    images = heads(3)
    slices = [("a", 0, 0, images[0]), ("b", 0, 0, images[1]), ("c", 0, 0, images[0][:, ::-1])]
    (copy,) = near(tmp_path, slices)
    assert (copy.first.patient, copy.second.patient, copy.change) == ("a", "c", "mirrored left to right")


def test_images_of_one_person_are_no_near_copies(tmp_path):
    image = heads(1)[0]
    assert near(tmp_path, [("a", 0, 0, image), ("a", 1, 0, changed(image))]) == []
    pair = [("a", 0, 0, image), ("b", 0, 0, changed(image))]
    assert len(near(tmp_path, pair)) == 1
    assert near(tmp_path, pair, {"a": "who", "b": "who"}) == []


def test_a_near_copy_in_another_split_goes_before_nearer_ones(tmp_path):
    image = heads(1)[0]
    rest = [("b", index, 0, changed(image)) for index in range(6)]
    faint = np.clip(image * 0.8, 0, 255).astype(np.uint8)
    copies = near(tmp_path, [("c", 0, 0, faint), *rest, ("a", 0, 0, changed(changed(image)))])
    assert copies[-1].second.patient == "a" and copies[-1].splits == ("validation", "train")


def test_exact_copies_and_blank_images_are_no_near_copies(tmp_path):
    image = heads(1)[0]
    black = np.zeros_like(image)
    slices = [("a", 0, 0, image), ("b", 0, 0, image), ("c", 0, 0, black), ("d", 0, 0, black)]
    assert near(tmp_path, slices) == []


def test_nothing_to_compare(tmp_path):
    assert near(tmp_path, [("a", 0, 0, np.zeros((9, 9, 1), np.uint8))]) == []
    assert duplicate_notes([], [], "copies.csv") == ()
