import numpy as np
import pytest

from kgan.data.cohort.exclusions import Exclusions
from kgan.data.cohort.staging import Staged, StagedSlice
from kgan.data.cohort.stratification import StratifiedSplitter
from kgan.errors import DataError

CLASSES = ("non_tumor", "tumor")
SHARES = {"train": 0.6, "validation": 0.15, "test": 0.25}


def draws(tmp_path, labels, excluded=None, classes=CLASSES):
    """Stage patients p0, p1, ... of the given labels of their slices."""
    staged = Staged(tmp_path / "s.h5")
    for number, own_labels in enumerate(labels):
        staged.facts[f"p{number}"] = {}
        for index, label in enumerate(own_labels):
            position, measures = len(staged.slices), np.array([0.5, 0.9, 0.9])
            staged.slices.append(
                StagedSlice(position, f"p{number}", index, label, None, "", measures, "", b"")
            )
    return StratifiedSplitter(staged, excluded or Exclusions(), classes, None)


@pytest.mark.parametrize("seed", range(30))
def test_six_patients_of_whom_three_have_a_tumour_are_shared_out_so_that_each_split_has_one(tmp_path, seed):
    made = draws(tmp_path, [(0, 1), (0, 1), (0, 1), (0,), (0,), (0,)])
    cohort = made.share_out(SHARES, seed, {})
    assert {split: len(members) for split, members in cohort.parts.items()} == {
        "train": 4, "validation": 1, "test": 1
    }  # fmt: skip
    for split in cohort.parts:
        assert {piece.label for piece in cohort.used(split)} == {0, 1}
    assert cohort.parts == draws(tmp_path, [(0, 1)] * 3 + [(0,)] * 3).share_out(SHARES, seed, {}).parts


def test_what_is_left_out_by_hand_is_no_image_of_a_class(tmp_path):
    excluded = Exclusions(slices={("p0", 1): "blurred"})
    cohort = draws(tmp_path, [(0, 1)] * 4 + [(0,)] * 2, excluded).share_out(SHARES, 1, {})
    assert "p0" in cohort.parts["train"]


def test_the_first_draw_is_taken_where_it_will_do_and_others_are_reported(tmp_path):
    made = draws(tmp_path, [(0, 1)] * 6)
    made.share_out(SHARES, 1, {})
    assert made.notes() == ()
    several = [draws(tmp_path, [(0, 1)] * 3 + [(0,)] * 3) for _ in range(10)]
    for seed, splitter in enumerate(several):
        splitter.share_out(SHARES, seed, {})
    notes = [note for splitter in several for note in splitter.notes()]
    assert notes and all("shared out" in note and "images of every class" in note for note in notes)


def test_images_without_class_are_enough(tmp_path):
    cohort = draws(tmp_path, [(-1,)] * 6, classes=()).share_out(SHARES, 1, {})
    assert len(cohort.used("train")) == 4


def test_where_no_draw_will_do_the_first_says_what_it_lacks(tmp_path):
    with pytest.raises(DataError, match="no tumor image remains for") as caught:
        draws(tmp_path, [(0, 1)] * 2 + [(0,)] * 4).share_out(SHARES, 1, {})
    assert "and none of 1,000 draws of the split does better. Give it more patients" in str(caught.value)
