import nibabel
import numpy as np
from fabricated.inspections import inspect_all
from fabricated.reader import ByHandConfig
from PIL import Image

from kgan.contracts.reader import PatientSlices, Reader
from kgan.data.cohort.inspection import find_duplicates, find_near_duplicates, inspect_patient
from kgan.data.pictures.files import Picture
from kgan.errors import DataError


class Files(Reader):
    """Names files."""

    config = ByHandConfig()

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

    config = ByHandConfig()

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
    (patient,) = inspect_all(Files({"p": files}))
    assert patient.sequences == ("t1",)
    assert patient.shape == (4, 5, 6)
    assert patient.spacing == (1, 1, 2)
    assert patient.orientations == ("RAS",)
    assert patient.labels == (0, 2)
    assert patient.problems == ()


def test_every_problem_is_reported(tmp_path):
    files = {
        "t1": saved(tmp_path / "t1.nii", scan()),
        "t2": saved(tmp_path / "t2.nii", scan()[:, :, :5]),
        "flair": saved(tmp_path / "f.nii", scan() * 0),
    }
    patient = inspect_patient(Files({"p": files}), "p")
    assert len(patient.problems) == 3
    assert any("every voxel is 0" in problem for problem in patient.problems)
    assert any("no segmentation mask" in problem for problem in patient.problems)
    assert any("unlike" in problem for problem in patient.problems)
    quick = inspect_patient(Files({"p": files}), "p", headers_only=True)
    assert [problem.partition(":")[0] for problem in quick.problems] == [
        "t2.nii has shape (4, 5, 5), unlike (4, 5, 6) of the others",
        "no segmentation mask",
    ]
    assert inspect_patient(Files({"p": {}}), "p").problems[0] == "no sequence found"


def test_readers_without_files():
    first, second = inspect_all(Images(ByHandConfig()))
    assert first.shape == (8, 9)
    assert second.problems == ("nothing there",)


class Pictures(Images):
    """Names images."""

    sequences = ("t9",)

    def __init__(self, pictures):
        self._pictures = pictures

    def patients(self):
        return tuple(self._pictures)

    def pictures(self, patient):
        return self._pictures[patient]


def picture(folder, name, pixels, index=0):
    (folder / name).parent.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(folder / name)
    return Picture(folder / name, name, index, group=name.partition("/")[0])


def test_images_and_their_copies(tmp_path):
    grey = np.random.default_rng(0).integers(0, 256, (8, 9)).astype(np.uint8)
    pictures = {
        "p": [picture(tmp_path, "a/0.png", grey), picture(tmp_path, "a/1.png", grey[:4], 1)],
        "q": [picture(tmp_path, "b/0.png", np.dstack([grey] * 3)), picture(tmp_path, "a/2.png", grey, 1)],
        "r": [picture(tmp_path, "a/3.png", np.zeros((8, 9), np.uint8))],
    }
    pictures["r"][0].path.write_bytes(b"")
    first, second, third = inspect_all(Pictures(pictures))
    assert dict(first.kinds) == {("a", "8x9", "8-bit grey"): 1, ("a", "4x9", "8-bit grey"): 1}
    assert third.problems == ("3.png: the file is empty (0 bytes); copy it again",)
    copies = find_duplicates([first, second, third])
    assert [(copy.name, copy.first_name, copy.in_two_folders) for copy in copies] == [
        ("b/0.png", "a/0.png", True),
        ("a/2.png", "a/0.png", False),
    ]


def test_copies_of_scans(tmp_path):
    files = {
        name: {"t1": saved(tmp_path / f"{name}.nii", scan() + extra)}
        for name, extra in (("p", 0), ("q", 1), ("r", 0))
    }
    (copy,) = find_duplicates(inspect_all(Files(files)))
    assert (copy.patient, copy.name, copy.first_patient) == ("r", "r.nii", "p")
    assert find_duplicates(inspect_all(Files(files), headers_only=True)) == []


def test_a_reader_without_masks_misses_none(tmp_path, monkeypatch):
    reader = Files({"p": {"t1": saved(tmp_path / "t1.nii", scan())}})
    monkeypatch.setattr(type(reader), "masks", False)
    assert inspect_patient(reader, "p").problems == ()


def rough(number, shape):
    draw = np.random.default_rng(number)
    return (draw.uniform(0.3, 1, [-(-side // 3) for side in shape]) * 255).astype(np.uint8)


def enlarged(number, size=45):
    return rough(number, (size, size)).repeat(3, 0).repeat(3, 1)[:size, :size]


def test_near_copies_of_pictures_are_reported_and_what_was_done_to_them(tmp_path):
    images = {f"{number}.png": enlarged(number) for number in range(6)}
    images |= {"mirrored.png": images["2.png"][:, ::-1], "own.png": images["0.png"] // 2}
    images["deep.png"] = images["4.png"].astype(np.uint16) * 200
    for name, image in images.items():
        Image.fromarray(image).save(tmp_path / name)
    Image.fromarray(images["1.png"]).save(tmp_path / "lossy.jpg", quality=75)
    names = {
        "p": [*(f"{number}.png" for number in range(6)), "own.png"],
        "q": ["mirrored.png", "lossy.jpg", "deep.png"],
    }
    reader = Pictures(
        {
            patient: [Picture(tmp_path / name, name, index) for index, name in enumerate(names_of_patient)]
            for patient, names_of_patient in names.items()
        }
    )
    patients = list(inspect_all(reader))
    assert find_duplicates(patients) == []
    near = {(pair.name, pair.first_name): pair for pair in find_near_duplicates(patients, reader)}
    assert set(near) == {("mirrored.png", "2.png"), ("lossy.jpg", "1.png"), ("deep.png", "4.png")}
    assert near["mirrored.png", "2.png"].change == "mirrored left to right"
    assert (near["lossy.jpg", "1.png"].change, near["lossy.jpg", "1.png"].patient) == ("", "q")
    assert all(0.93 <= pair.similarity <= 1.0001 for pair in near.values())


def test_near_copies_of_volumes_are_reported(tmp_path):
    files = {}
    for patient, number in (("p", 1), ("q", 2), ("again", 1)):
        volume = rough(number, (48, 48, 15)).repeat(3, 0).repeat(3, 1).repeat(3, 2)[:48, :48, :15]
        scan = volume.astype(np.float32) * (0.7 if patient == "again" else 1)
        saved(tmp_path / f"{patient}_t1.nii", scan)
        files[patient] = {"t1": [tmp_path / f"{patient}_t1.nii"]}
    reader = Files(files)
    patients = list(inspect_all(reader))
    (near,) = find_near_duplicates(patients, reader)
    assert (near.name, near.first_name, near.index) == ("again_t1.nii", "p_t1.nii", None)
    assert list(find_near_duplicates(list(inspect_all(reader, headers_only=True)), reader)) == []
