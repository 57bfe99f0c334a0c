import numpy as np
import pytest
from fabricated.reader import ByHandConfig

from kgan.contracts.reader import PatientSlices, Reader, SliceRequest
from kgan.data.cohort.staging import LabelRule, stage
from kgan.data.store.store import ImageStore
from kgan.errors import DataError, PluginError

REQUEST = SliceRequest(first=3, last=8)
RULE = LabelRule(min_tumor_area=100, margin=1)


class Fake(Reader):
    """Gives what it was made with."""

    config = ByHandConfig()

    def __init__(self, **changes):
        self.changes = changes

    def patients(self):
        return ("a", "b", "c")

    def read(self, patient, request):
        if self.changes.get(patient) == "broken":
            raise DataError("x.nii.gz: the file is truncated")
        images = np.zeros((6, 8, 10, 1), np.float32)
        images[:, 2:6, 3:7] = 0.5
        images[:, 2, 3] = 0.1 + "abc".index(patient) / 10
        area = np.array([0, 0, 0, 0, 0, 50, 200, 0, 0, 0], np.float32)
        given = {"images": images, "tumor_area": area, **self.changes.get(patient, {})}
        return PatientSlices(patient, indices=np.array(request.indices()), facts={"spacing": 1}, **given)


def staged(tmp_path, reader, rule=RULE):
    seen = []
    result = stage(reader, reader.patients(), REQUEST, rule, tmp_path / "s.h5", seen.append)
    assert seen == ["a", "b", "c"]
    return result


def test_patients_are_stored_and_labelled(tmp_path):
    staging = staged(tmp_path, Fake(b="broken"))
    assert staging.usable == ("a", "c")
    assert staging.unusable == {"b": "x.nii.gz: the file is truncated"}
    assert [piece.label for piece in staging.slices[:6]] == [0, -1, -1, 1, -1, 0]
    kinds = [piece.doubt.partition(":")[0] for piece in staging.slices[:6]]
    assert kinds == ["", "borderline", "borderline", "", "borderline", ""]
    assert staging.slices[2].doubt == "borderline: 50 mm² of tumour, less than 100"
    assert staging.slices[4].doubt == "borderline: no tumour, but some within 1 slices"
    assert [piece.index for piece in staging.slices] == [3, 4, 5, 6, 7, 8] * 2
    with ImageStore(staging.path) as store:
        assert len(store) == 12
        assert store.classes == ("non_tumor", "tumor")
        assert store.patients.tolist() == ["a"] * 6 + ["c"] * 6
        assert store.images([11]).max() == 128
        assert store.labels.tolist() == [piece.label for piece in staging.slices]


def test_labels_of_the_source_go_before_the_mask(tmp_path):
    labels = np.array([0, 1, 1, 0, -1, 0])
    staging = staged(tmp_path, Fake(a={"labels": labels, "tumor_area": None}))
    assert [piece.label for piece in staging.slices[:6]] == labels.tolist()
    assert staging.slices[4].doubt.startswith("unlabelled")
    assert staging.slices[0].tumor_area is None
    with pytest.raises(PluginError, match="gave labels"):
        staged(tmp_path, Fake(a={"labels": labels + 1}))


def test_without_classes_nothing_is_in_doubt(tmp_path):
    staging = staged(tmp_path, Fake(a={"tumor_area": None}), rule=None)
    assert {piece.label for piece in staging.slices} == {-1}
    assert not any(piece.doubt for piece in staging.slices)
    assert ImageStore(staging.path).classes == ()


def test_patients_without_mask_or_of_another_size(tmp_path):
    odd = np.full((6, 9, 10, 1), 0.5, np.float32)
    staging = staged(tmp_path, Fake(b={"tumor_area": None}, c={"images": odd}))
    assert "no segmentation mask" in staging.unusable["b"]
    assert "its images are 9x10 pixels, unlike 8x10 of the first patient" in staging.unusable["c"]


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (np.zeros((5, 8, 10, 1), np.float32), r"float32 images \(5, 8, 10, 1\)"),
        (np.zeros((6, 8, 10, 2), np.float32), r".* expected float32 \(6, 8, 10, 1\)"),
        (np.zeros((6, 8, 10, 1), np.uint8), "uint8"),
        (np.full((6, 8, 10, 1), 1.5, np.float32), "intensities 1.5 to 1.5"),
        (np.full((6, 8, 10, 1), np.nan, np.float32), "intensities nan"),
    ],
    ids=["count", "channels", "dtype", "range", "nan"],
)
def test_readers_that_break_their_contract(tmp_path, images, says):
    with pytest.raises(PluginError, match=f"reader Fake gave {says}"):
        stage(Fake(a={"images": images}), ("a",), REQUEST, RULE, tmp_path / "s.h5", str)
    assert list(tmp_path.iterdir()) == []


def test_no_patient_is_usable(tmp_path):
    with pytest.raises(DataError, match="none of the 1 patients can be used; a: x.nii.gz"):
        stage(Fake(a="broken"), ("a",), REQUEST, RULE, tmp_path / "s.h5", str)
    with pytest.raises(DataError, match="all are excluded"):
        stage(Fake(), (), REQUEST, RULE, tmp_path / "s.h5", str)


def test_one_scan_under_two_names_is_taken_once(tmp_path):
    images = np.full((6, 8, 10, 1), 0.25, np.float32)
    staging = staged(tmp_path, Fake(a={"images": images}, c={"images": images}))
    assert staging.usable == ("a", "b")
    assert "the same scan twice" in staging.unusable["c"] and "those of a" in staging.unusable["c"]
    nothing = np.zeros_like(images)
    assert staged(tmp_path, Fake(a={"images": nothing}, c={"images": nothing})).usable == ("a", "b", "c")


def test_one_scan_with_other_labels_is_left_to_the_check_of_copies(tmp_path):
    images = np.full((6, 8, 10, 1), 0.25, np.float32)
    images[:, 3:5, 3:5] = 0.75
    given = {"images": images, "tumor_area": None}
    labels = np.array([0, 1, 1, 0, 0, 0])
    staging = staged(tmp_path, Fake(a={**given, "labels": labels}, c={**given, "labels": 1 - labels}))
    assert staging.usable == ("a", "b", "c")
    digests = [[piece.digest for piece in staging.slices if piece.patient == name] for name in "ac"]
    assert digests[0] == digests[1] and all(digests[0])


def test_files_and_faults_are_remembered(tmp_path):
    files = tuple(f"{number}.png" for number in range(6))
    staging = staged(tmp_path, Fake(a={"files": files, "faults": {9: "9.png: empty"}}))
    assert tuple(piece.file for piece in staging.slices[:6]) == files
    assert staging.slices[6].file == ""
    assert staging.faults == {("a", 9): "9.png: empty"}


def test_files_of_several_sizes_are_fatal(tmp_path):
    odd = np.full((6, 9, 10, 1), 0.5, np.float32)
    files = {name: {"files": [f"{name}{number}.png" for number in range(6)]} for name in "abc"}
    with pytest.raises(DataError, match="a0.png has 8x10 pixels, b0.png 9x10"):
        stage(
            Fake(**{**files, "b": {**files["b"], "images": odd}}),
            *("abc", REQUEST, RULE, tmp_path / "s.h5", str),
        )
    assert list(tmp_path.iterdir()) == []
