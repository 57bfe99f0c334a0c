import nibabel
import numpy as np

from kgan.contracts.reader import PatientSlices, Reader
from kgan.data.inspection import inspect_all, inspect_patient
from kgan.errors import DataError


class Files(Reader):
    """Names files."""

    def __init__(self, files):
        self._files = files

    def patients(self):
        return tuple(self._files)

    def files(self, patient):
        return self._files[patient]

    def read(self, patient, request):
        raise NotImplementedError


class Images(Reader):
    """Has images only."""

    def patients(self):
        return ("a", "b")

    def read(self, patient, request):
        if patient == "b":
            raise DataError("nothing there")
        return PatientSlices(patient, np.zeros((1, 8, 9, 1), np.float32), np.array([request.first]))


def saved(path, voxels):
    nibabel.save(nibabel.Nifti1Image(voxels, np.diag([1.0, 1.0, 2.0, 1.0])), path)
    return [path]


def scan():
    return np.arange(120, dtype=np.int16).reshape(4, 5, 6)


def test_a_patient_of_files(tmp_path):
    mask = (scan() > 100).astype(np.uint8) * 2
    files = {"t1": saved(tmp_path / "t1.nii", scan()), "mask": saved(tmp_path / "seg.nii", mask)}
    (found,) = inspect_all(Files({"p": files}))
    assert found.sequences == ("t1",)
    assert found.shape == (4, 5, 6)
    assert found.spacing == (1, 1, 2)
    assert found.orientations == ("RAS",)
    assert found.labels == (0, 2)
    assert found.problems == ()


def test_every_problem_is_told(tmp_path):
    files = {
        "t1": saved(tmp_path / "t1.nii", scan()),
        "t2": saved(tmp_path / "t2.nii", scan()[:, :, :5]),
        "flair": saved(tmp_path / "f.nii", scan() * 0),
    }
    found = inspect_patient(Files({"p": files}), "p")
    assert len(found.problems) == 3
    assert any("every voxel is 0" in problem for problem in found.problems)
    assert any("no segmentation mask" in problem for problem in found.problems)
    assert any("unlike" in problem for problem in found.problems)
    quick = inspect_patient(Files({"p": files}), "p", headers_only=True)
    assert [problem.partition(":")[0] for problem in quick.problems] == [
        "t2.nii has shape (4, 5, 5), unlike (4, 5, 6) of the others",
        "no segmentation mask",
    ]
    assert inspect_patient(Files({"p": {}}), "p").problems[0] == "no sequence found"


def test_readers_without_files():
    first, second = inspect_all(Images())
    assert first.shape == (8, 9)
    assert second.problems == ("nothing there",)
