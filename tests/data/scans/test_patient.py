from pathlib import Path

import nibabel
import numpy as np
import pytest

from kgan.contracts.reader import SliceRequest
from kgan.data.scans.patient import only_file, read_patient
from kgan.errors import DataError

AFFINE = np.diag([-1.0, -2.0, 3.0, 1.0])


def saved(path, voxels, affine=AFFINE):
    nibabel.save(nibabel.Nifti1Image(voxels, affine), path)
    return path


@pytest.fixture
def files(tmp_path):
    voxels = np.zeros((8, 10, 12), np.int16)
    voxels[2:6, 3:8, 2:10] = np.random.default_rng(0).integers(50, 900, (4, 5, 8))
    mask = np.zeros((8, 10, 12), np.uint8)
    mask[3:5, 4:6, 4:6] = 1
    return {
        "t1": [saved(tmp_path / "t1.nii", voxels)],
        "t2": [saved(tmp_path / "t2.nii", voxels * 2)],
        "mask": [saved(tmp_path / "seg.nii", mask)],
    }


def test_sequences_become_channels(files):
    slices = read_patient("p", files, SliceRequest(("t2", "t1"), first=1, last=11, step=2))
    assert slices.images.shape == (6, 10, 8, 2)
    assert np.allclose(slices.images[..., 0], slices.images[..., 1], atol=1e-6)
    assert slices.indices.tolist() == [1, 3, 5, 7, 9, 11]
    assert slices.tumor_area.tolist() == [0] * 4 + [8, 8] + [0] * 6
    assert slices.masks[2].sum() == 4
    assert slices.facts == {
        "shape": [8, 10, 12],
        "spacing": [1, 2, 3],
        "orientations": {"t2": "LPS", "t1": "LPS"},
        "mask_labels": [0, 1],
    }


@pytest.mark.parametrize(("plane", "area"), [("coronal", 12), ("sagittal", 24)])
def test_area_of_other_planes(files, plane, area):
    slices = read_patient("p", files, SliceRequest(("t1",), plane, first=3, last=5))
    assert slices.tumor_area.max() == area


def test_without_a_mask(files):
    del files["mask"]
    slices = read_patient("p", files, SliceRequest(("t1",), first=1, last=2))
    assert slices.tumor_area is None and slices.masks is None


def test_sequences_must_agree(files, tmp_path):
    files["t2"] = [saved(tmp_path / "other.nii", np.arange(8 * 10 * 11, dtype=np.int16).reshape(8, 10, 11))]
    with pytest.raises(DataError, match=r"other.nii has shape \(8, 10, 11\), unlike \(8, 10, 12\) of t1.nii"):
        read_patient("p", files, SliceRequest(("t1", "t2"), first=1, last=2))


def test_resized_images_stay_in_range(files):
    slices = read_patient("p", files, SliceRequest(("t1",), first=0, last=11, image_size=(7, 5)))
    assert slices.images.shape == (12, 7, 5, 1)
    assert slices.images.min() >= 0 and slices.images.max() <= 1


def test_one_file_for_each_name():
    assert only_file("t1", {"t1": [Path("a")]}) == Path("a")
    with pytest.raises(DataError, match="no t2 file; found t1"):
        only_file("t2", {"t1": [Path("a")]})
    with pytest.raises(DataError, match=r"2 files claim to be t1 \(a, b\)"):
        only_file("t1", {"t1": [Path("b"), Path("a")]})
    with pytest.raises(DataError, match="no sequence requested"):
        read_patient("p", {}, SliceRequest(()))
