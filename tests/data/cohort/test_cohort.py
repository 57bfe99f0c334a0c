import numpy as np
import pytest

from kgan.data.cohort.cohort import Cohort, check_classes, draw_contact_sheet, exclusion_reasons, write_tables
from kgan.data.cohort.exclusions import Exclusions
from kgan.data.cohort.staging import Staged, StagedSlice
from kgan.data.cohort.tables import COUNTS, EXCLUSIONS, PATIENTS, SLICES
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.errors import DataError

CLASSES = ("non_tumor", "tumor")
PARTS = {"train": ("a", "b"), "validation": ("c",), "test": ()}
EXCLUDED = Exclusions({"x": "moved"}, {("b", 31): "fold"})


def one(position, patient, index, label, area=0.25, doubt=""):
    return StagedSlice(position, patient, index, label, 120.0, doubt, np.array([area, 0.95, 0.95]))


def staged(path):
    slices = [
        one(0, "a", 30, 0),
        one(1, "a", 31, 1),
        one(2, "b", 30, -1, doubt="borderline: 50 mm² of tumour, less than 100"),
        one(3, "b", 31, 1),
        one(4, "c", 30, 0, area=0.0),
        one(5, "c", 31, 1, area=0.02),
        one(6, "d", 30, 1),
    ]
    return Staged(path, slices, {"u": "truncated"}, {name: {} for name in "abcd"})


@pytest.fixture
def cohort(tmp_path):
    staging = staged(tmp_path / "s.h5")
    return Cohort(
        staging, EXCLUDED, PARTS, exclusion_reasons(staging, EXCLUDED, PARTS["train"], 4.0), CLASSES
    )


def test_reasons(cohort):
    kinds = [reason.partition(":")[0] for reason in cohort.reasons]
    assert kinds == ["", "", "borderline", "by hand", "no brain", "incomplete", ""]
    assert cohort.reasons[3] == "by hand: fold"
    assert cohort.exclusions() == {"borderline": 1, "by hand": 1, "no brain": 1, "incomplete": 1}
    assert [used.position for used in cohort.used("train")] == [0, 1]
    assert cohort.used("test") == []


def test_no_rule_of_completeness(tmp_path):
    reasons = exclusion_reasons(staged(tmp_path), Exclusions(), ("a", "b"), None)
    assert reasons[5] == ""
    assert reasons[4].startswith("no brain")


def test_what_is_incomplete_is_learnt_from_training_patients_alone(tmp_path):
    staging = staged(tmp_path)
    before = exclusion_reasons(staging, Exclusions(), ("a", "b"), 4.0)
    others = [piece for piece in staging.slices if piece.patient in "cd"]
    for piece in others:
        piece.measures[:] = [0.9, 0.1, 0.1]
    after = exclusion_reasons(staging, Exclusions(), ("a", "b"), 4.0)
    assert after[:4] == before[:4]
    assert "expected" in after[6]
    expected = [reason.partition("expected")[2] for reason in (before[5], after[5])]
    assert expected[0] == expected[1]


def test_counts(cohort):
    assert [tuple(row.model_dump().values()) for row in cohort.counts()] == [
        ("train", "non_tumor", 1, 1),
        ("train", "tumor", 1, 1),
        ("validation", "non_tumor", 0, 0),
        ("validation", "tumor", 0, 0),
        ("test", "non_tumor", 0, 0),
        ("test", "tumor", 0, 0),
    ]


def test_a_split_without_a_class_is_refused(cohort):
    with pytest.raises(DataError, match="no non_tumor image remains for validation: of the 2 slices"):
        check_classes(cohort)
    check_classes(Cohort(cohort.staged, EXCLUDED, {"train": ("a", "b"), "test": ()}, cohort.reasons, CLASSES))


def test_tables(cohort, tmp_path):
    write_tables(tmp_path, cohort)

    header, *lines = (tmp_path / "slices.csv").read_text(encoding="utf-8").splitlines()
    assert header == "patient,slice,split,class,tumor_area_mm2,used,reason"
    assert lines[1] == "a,31,train,tumor,120,yes,"
    slices = SLICES.read(tmp_path)
    assert [row.used for row in slices] == [True, True, False, False, False, False, False]
    assert slices[6].reason == "its patient is in no split"
    assert [(row.patient, row.slice) for row in EXCLUSIONS.read(tmp_path)] == [
        ("u", None),
        ("x", None),
        ("b", 30),
        ("b", 31),
        ("c", 30),
        ("c", 31),
    ]
    assert [tuple(row.model_dump().values()) for row in PATIENTS.read(tmp_path)] == [
        ("a", "train", True, ""),
        ("b", "train", True, ""),
        ("c", "validation", True, ""),
        ("d", "", True, "not needed by the split"),
        ("u", "", False, "unusable: truncated"),
        ("x", "", False, "by hand: moved"),
    ]
    assert COUNTS.read(tmp_path) == cohort.counts()


def test_contact_sheet_is_drawn(cohort, tmp_path):
    images = np.full((7, 16, 16, 1), 90, np.uint8)
    with StoreWriter(tmp_path / "s.h5", image_shape=(16, 16, 1), classes=(), provenance={}) as store:
        store.append(images, [-1] * 7, ["p"] * 7, range(7))
    draw_contact_sheet(tmp_path / "sheet.png", cohort, ImageStore(tmp_path / "s.h5"), ("t1c",))
    assert (tmp_path / "sheet.png").stat().st_size > 200
