import nibabel
import numpy as np
import pytest

from kgan.data.phantom import files as phantom_files
from kgan.data.phantom.files import AFFINE, LAYOUTS, write_patient
from kgan.data.phantom.patient import Character
from kgan.errors import DataError, RunError

SMALL = (60, 60, 40)


@pytest.fixture
def quick(monkeypatch):
    """Files of a few voxels, so that writing them takes no time."""

    def volumes(phantom, layout):
        yield "mask", np.full(SMALL, layout.enhancing, np.uint8)
        for number, sequence in enumerate(("t1", "t1c", "t2", "flair")):
            yield sequence, np.full(SMALL, number, np.int16)

    monkeypatch.setattr(phantom_files, "_volumes", volumes)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    assert write_patient(folder, 3, Character())
    return {path.name: nibabel.load(path) for path in (folder / "phantom-0003").iterdir()}


def test_files_are_those_of_brats(whole):
    assert sorted(whole) == [f"phantom-0003_{part}.nii.gz" for part in ("flair", "seg", "t1", "t1ce", "t2")]
    for name, image in whole.items():
        assert image.shape == (240, 240, 155)
        np.testing.assert_array_equal(image.affine, AFFINE)
        assert nibabel.aff2axcodes(image.affine) == ("L", "P", "S")
        assert image.get_data_dtype() == (np.uint8 if "seg" in name else np.int16)


def test_voxels_are_a_brain_and_a_tumour_in_it(whole):
    voxels = {name.split("_")[1].split(".")[0]: np.asarray(image.dataobj) for name, image in whole.items()}
    brain = voxels["t1ce"] > 0
    assert 0.9e6 < brain.sum() < 2.0e6
    for sequence in ("t1", "t2", "flair"):
        np.testing.assert_array_equal(voxels[sequence] > 0, brain)
    mask = voxels["seg"]
    assert set(np.unique(mask)) <= {0, 1, 2, 4} and 4 in mask
    assert (mask[~brain] > 0).sum() < 0.01 * (mask > 0).sum()


def test_headers_say_what_they_are(whole):
    for image in whole.values():
        assert bytes(image.header["descrip"]).startswith(b"kgan phantom 3, seed 2016")


def test_the_same_patient_is_kept_and_another_is_not_overwritten(quick, tmp_path):
    assert write_patient(tmp_path, 1, Character())
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nii.gz")}
    assert not write_patient(tmp_path, 1, Character())
    with pytest.raises(DataError, match="seed 2016.*expected.*seed 5.*remove"):
        write_patient(tmp_path, 1, Character(seed=5))
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nii.gz")}


@pytest.mark.parametrize("damage", ["remove", "truncate", "other"])
def test_a_damaged_patient_is_reported(quick, tmp_path, damage):
    write_patient(tmp_path, 1, Character())
    path = tmp_path / "phantom-0001" / "phantom-0001_t2.nii.gz"
    content = path.read_bytes()
    path.unlink()
    if damage != "remove":
        path.write_bytes(content[:-9] if damage == "truncate" else b"nothing of the kind")
    with pytest.raises(DataError, match="phantom-0001_t2.nii.gz is missing or damaged"):
        write_patient(tmp_path, 1, Character())


def test_equal_patients_are_equal_files(quick, tmp_path):
    for folder in ("one", "two"):
        write_patient(tmp_path / folder, 1, Character())
    for path in (tmp_path / "one").rglob("*.nii.gz"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_an_interrupted_patient_leaves_nothing(quick, tmp_path, monkeypatch):
    def interrupted(path, voxels, mark):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(phantom_files, "_save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_patient(tmp_path, 1, Character())
    assert [path.name for path in tmp_path.iterdir()] == ["PHANTOMS.txt"]


def test_a_full_disk_is_one_line(quick, tmp_path, monkeypatch):
    def full(path, voxels, mark):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(phantom_files, "_save", full)
    with pytest.raises(RunError, match="phantom-0001.*disk is full"):
        write_patient(tmp_path, 1, Character())


def test_a_file_in_the_way_is_one_line(quick, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(RunError, match="cannot write"):
        write_patient(tmp_path / "taken", 1, Character())


@pytest.mark.parametrize(("layout", "names", "enhancing"), [
    ("brats2020", {"_t1", "_t1ce", "_t2", "_flair", "_seg"}, 4),
    ("brats2023", {"-t1n", "-t1c", "-t2w", "-t2f", "-seg"}, 3),
])  # fmt: skip
def test_layouts(quick, tmp_path, layout, names, enhancing):
    write_patient(tmp_path, 1, Character(), layout)
    result = {
        path.name.removeprefix("phantom-0001").split(".")[0]: path for path in tmp_path.rglob("*.nii.gz")
    }
    assert set(result) == names == set(LAYOUTS[layout].suffixes.values())
    seg = next(path for suffix, path in result.items() if "seg" in suffix)
    assert np.asarray(nibabel.load(seg).dataobj).max() == enhancing


def test_the_folder_says_that_no_person_is_shown(quick, tmp_path):
    write_patient(tmp_path, 1, Character())
    assert "No file shows a real patient" in (tmp_path / "PHANTOMS.txt").read_text()
