import csv

import numpy as np
import pytest

from kgan.data.cohort import Cohort
from kgan.data.copies import check_copies, find_copies, write_copies
from kgan.data.exclusions import Excluded
from kgan.data.staging import Staged, StagedSlice
from kgan.errors import DataError

PARTS = {"train": ("a", "b"), "validation": ("c",), "test": ("d",)}
CLASSES = ("non_tumor", "tumor")


def cohort(tmp_path, *slices, used=None):
    """Make a cohort of (patient, index, label, digest, file)."""
    staged = Staged(tmp_path / "s.h5")
    for position, (patient, index, label, digest, *file) in enumerate(slices):
        measures = np.array([0.5, 0.9, 0.9])
        one = StagedSlice(position, patient, index, label, None, "", measures, *(file or [""]), digest)
        staged.slices.append(one)
    reasons = ["" if used is None or row in used else "by hand: x" for row in range(len(slices))]
    return Cohort(staged, Excluded(), PARTS, reasons, CLASSES)


def test_no_copies(tmp_path):
    found = cohort(tmp_path, ("a", 0, 0, b"1"), ("b", 0, 0, b"2"), ("c", 0, 1, b""), ("d", 0, 1, b""))
    assert find_copies(found) == []
    check_copies(found, [])


def test_copies_in_one_split_do_no_harm(tmp_path):
    found = cohort(tmp_path, ("a", 3, 0, b"1", "x.png"), ("b", 4, 0, b"1", "y.png"))
    (copy,) = find_copies(found)
    assert (copy.first.file, copy.second.file, copy.splits) == ("x.png", "y.png", ("train", "train"))
    check_copies(found, [copy])
    write_copies(tmp_path / "copies.csv", [copy])
    with open(tmp_path / "copies.csv", encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["patient"], row["slice"], row["file"], row["split"]) == ("b", "4", "y.png", "train")
    assert (row["copy_of_patient"], row["copy_of_slice"], row["copy_of_file"]) == ("a", "3", "x.png")


def test_slices_of_one_volume_may_be_equal_but_its_files_are_told(tmp_path):
    assert find_copies(cohort(tmp_path, ("a", 0, 0, b"1"), ("a", 1, 0, b"1"))) == []
    files = cohort(
        tmp_path, ("a", 0, 0, b"1", "x.png"), ("a", 1, 0, b"1", "y.png"), ("b", 0, 0, b"2", "z.png")
    )
    assert len(find_copies(files)) == 1


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
    found = cohort(tmp_path, first, second)
    with pytest.raises(DataError, match=says):
        check_copies(found, find_copies(found))
    for one in ([0], [1]):
        left = cohort(tmp_path, first, second, used=one)
        assert find_copies(left) == []


def test_the_worst_of_several_copies_is_told(tmp_path):
    rows = [(patient, number, 0, b"1", f"{patient}{number}.png") for patient in "abab" for number in (0,)]
    found = cohort(
        tmp_path, *rows, ("d", 0, 0, b"1", "d.png"), ("d", 1, 0, b"2", "e.png"), ("c", 0, 0, b"2", "f")
    )
    copies = find_copies(found)
    assert [copy.splits for copy in copies] == [("train", "train")] * 3 + [
        *[("train", "test"), ("test", "validation")]
    ]
    with pytest.raises(DataError, match="and 1 more such pairs"):
        check_copies(found, copies)


def test_patients_in_no_split_are_not_looked_at(tmp_path):
    found = cohort(tmp_path, ("a", 0, 0, b"1"), ("elsewhere", 0, 0, b"1"))
    assert find_copies(found) == []
