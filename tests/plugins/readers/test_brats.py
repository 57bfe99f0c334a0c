import os
import shutil
from pathlib import Path

import nibabel
import numpy as np
import pytest
from fabricated.inspections import inspect_all

from kgan.contracts.reader import SliceRequest
from kgan.errors import DataError
from kgan.testing import parametrize
from kgan_plugins.readers.configs import BratsConfig

SHAPE = (24, 20, 16)
AFFINE = np.diag([-1.0, -1.0, 1.0, 1.0])
REQUEST = SliceRequest(first=2, last=13)
REAL = Path(__file__).parents[4] / "shared" / "data" / "tcga_lgg"


@parametrize({"tiny": BratsConfig.tiny}, "reader")
def test_contract(make, check):
    check(make)


def test_tiny_leaves_nothing_behind():
    reader = BratsConfig.tiny()
    folder = Path(reader.config.path)
    assert reader.patients() == ("tiny",)
    del reader
    assert not folder.exists()


def scan(seed=0):
    voxels = np.zeros(SHAPE, np.int16)
    voxels[4:20, 3:17, 1:15] = np.random.default_rng(seed).integers(100, 900, (16, 14, 14))
    return voxels


def mask():
    voxels = np.zeros(SHAPE, np.uint8)
    voxels[6:12, 5:9, 4:8] = 2
    voxels[7:9, 6:8, 5:7] = 4
    return voxels


def save(path, voxels, affine=AFFINE):
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(voxels, affine), path)


def save_mha(path, voxels):
    simpleitk = pytest.importorskip("SimpleITK", reason="MetaImage needs the extra `mha`")
    path.parent.mkdir(parents=True, exist_ok=True)
    simpleitk.WriteImage(simpleitk.GetImageFromArray(np.ascontiguousarray(voxels.T)), str(path), True)


def patient(folder, pattern, names=("t1", "t1ce", "t2", "flair", "seg")):
    for number, name in enumerate(names):
        save(folder / pattern.format(name), mask() if name in ("seg", "SEG", "Segm") else scan(number))


STYLES = {
    "2017-2020": ("{}.nii.gz", ("t1", "t1ce", "t2", "flair", "seg")),
    "2019-uncompressed": ("{}.nii", ("t1", "t1ce", "t2", "flair", "seg")),
    "2023": ("-{}.nii.gz", ("t1n", "t1c", "t2w", "t2f", "seg")),
    "t1gd": ("_{}.nii.gz", ("t1", "t1gd", "t2", "flair", "seg")),
    "upper": ("_{}.NII.GZ", ("T1", "T1CE", "T2", "FLAIR", "SEG")),
    "mixed": ("_{}.nii.gz", ("T1", "T1c", "T2", "Flair", "seg")),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("depth", ["", "some/where/HGG"])
def test_nifti_names(tmp_path, style, depth):
    pattern, names = STYLES[style]
    joint = "" if pattern[0] in "-_" else "_"
    patient(tmp_path / depth / "P-1", "P-1" + joint + pattern, names)
    reader = BratsConfig(path=str(tmp_path)).build()
    assert reader.patients() == ("P-1",)
    assert sorted(reader.files("P-1")) == ["flair", "mask", "t1", "t1c", "t2"]
    slices = reader.read("P-1", SliceRequest(("t1", "t1c", "t2", "flair"), first=2, last=13))
    assert slices.images.shape == (12, 20, 24, 4)
    assert slices.images.dtype == np.float32
    assert slices.images.min() >= 0 and slices.images.max() == 1
    for channel in range(4):
        order = np.argsort(scan(channel)[10, 3:17, 5])
        assert (np.diff(slices.images[3, 3:17, 10, channel][order]) >= 0).all()
    assert slices.tumor_area.shape == (16,)
    assert slices.tumor_area.tolist() == [0] * 4 + [24] * 4 + [0] * 8
    assert slices.masks.shape == (12, 20, 24)
    assert slices.facts["mask_labels"] == [0, 2, 4]


def vsd(folder, scans=("T1", "T1c", "T2", "Flair"), truth="VSD.Brain_3more.XX.O.OT.54193"):
    for number, name in enumerate(scans):
        stem = f"VSD.Brain.XX.O.MR_{name}.5419{number}"
        save_mha(folder / stem / f"{stem}.mha", scan(number))
    if truth:
        save_mha(folder / truth / f"{truth}.mha", mask())


@pytest.mark.parametrize(
    "truth", ["VSD.Brain_3more.XX.O.OT.54193", "VSD.Brain.XX.O.OT.6560", "VSD.Brain_1more.XX.XX.OT.1"]
)
def test_brats_2015_and_2016(tmp_path, truth):
    vsd(tmp_path / "HGG" / "brats_tcia_pat105_0001", truth=truth)
    (tmp_path / "HGG" / "brats_tcia_pat105_0001" / "readme.txt").write_text("x")
    reader = BratsConfig(path=str(tmp_path), grade="HGG").build()
    assert reader.patients() == ("brats_tcia_pat105_0001",)
    slices = reader.read("brats_tcia_pat105_0001", REQUEST)
    assert slices.images.shape == (12, 20, 24, 1)
    assert slices.tumor_area.sum() == 96
    # As the same voxels in NIfTI.
    patient(tmp_path / "nifti" / "a", "a_{}.nii.gz")
    twin = BratsConfig(path=str(tmp_path / "nifti")).build().read("a", REQUEST)
    assert np.array_equal(slices.images, twin.images)
    assert np.array_equal(slices.masks, twin.masks)


def test_2015_files_without_folders_of_their_own(tmp_path):
    save_mha(tmp_path / "pat1" / "VSD.Brain.XX.O.MR_T1c.1.mha", scan())
    save_mha(tmp_path / "pat1" / "VSD.Brain.XX.O.OT.2.mha", mask())
    assert sorted(BratsConfig(path=str(tmp_path)).build().files("pat1")) == ["mask", "t1c"]


def test_grades_and_names_that_repeat(tmp_path):
    names = ("t1ce", "seg")
    for place in ("HGG/a", "lgg/a", "LGG/b", "c"):
        patient(tmp_path / place, Path(place).name + "_{}.nii.gz", names)
    assert BratsConfig(path=str(tmp_path)).build().patients() == ("HGG/a", "b", "c", "lgg/a")
    assert BratsConfig(path=str(tmp_path), grade="HGG").build().patients() == ("HGG/a", "c")
    assert BratsConfig(path=str(tmp_path), grade="LGG").build().patients() == ("b", "c", "lgg/a")


def test_grade_that_no_patient_has(tmp_path):
    patient(tmp_path / "LGG" / "x", "x_{}.nii.gz", ("t1ce", "seg"))
    with pytest.raises(DataError, match="no BRATS patient of grade HGG in"):
        BratsConfig(path=str(tmp_path), grade="HGG").build().patients()


def test_all_patients_in_one_folder(tmp_path):
    for name in ("BraTS-GLI-00001-000", "BraTS-GLI-00002-000", "BraTS-GLI-00002-001"):
        patient(tmp_path, name + "-{}.nii.gz", ("t1c", "seg"))
    (tmp_path / "BraTS-GLI-00002-001-seg.nii.gz").unlink()
    reader = BratsConfig(path=str(tmp_path)).build()
    assert reader.patients() == ("BraTS-GLI-00001-000", "BraTS-GLI-00002-000", "BraTS-GLI-00002-001")
    assert reader.read("BraTS-GLI-00002-001", REQUEST).tumor_area is None


def test_the_folder_may_be_one_patient(tmp_path):
    patient(tmp_path / "me", "me_{}.nii.gz")
    assert BratsConfig(path=str(tmp_path / "me")).build().patients() == ("me",)


def test_misnamed_mask_of_brats_2020(tmp_path):
    patient(tmp_path / "BraTS20_Training_355", "BraTS20_Training_355_{}.nii", ("t1", "t1ce", "t2", "flair"))
    save(tmp_path / "BraTS20_Training_355" / "W39_1998.09.19_Segm.nii", mask())
    reader = BratsConfig(path=str(tmp_path)).build()
    assert reader.patients() == ("BraTS20_Training_355",)
    assert reader.read("BraTS20_Training_355", REQUEST).tumor_area.sum() == 96


@pytest.mark.parametrize("second", ["a_t1c.nii.gz", "a_t1ce.nii", "new_t1ce.nii.gz"])
def test_two_files_for_one_sequence(tmp_path, second):
    patient(tmp_path / "a", "a_{}.nii.gz")
    save(tmp_path / "a" / second, scan())
    reader = BratsConfig(path=str(tmp_path)).build()
    assert reader.patients() == ("a",)
    with pytest.raises(DataError, match="2 files claim to be t1c .*keep one"):
        reader.read("a", REQUEST)
    assert reader.read("a", SliceRequest(("t2",), first=2, last=3)).images.shape[0] == 2


def test_only_what_is_requested_is_read(tmp_path):
    patient(tmp_path / "a", "a_{}.nii.gz")
    (tmp_path / "a" / "a_t2.nii.gz").write_bytes(b"")
    assert len(BratsConfig(path=str(tmp_path)).build().read("a", REQUEST).images) == 12


def test_other_files_are_ignored(tmp_path):
    patient(tmp_path / "a", "a_{}.nii.gz", ("t1ce", "seg"))
    save(tmp_path / "a" / "a_brainmask.nii.gz", mask())
    save(tmp_path / "a" / "._a_t1ce.nii.gz", mask())
    save(tmp_path / "__MACOSX" / "b" / "b_t1ce.nii.gz", mask())
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    reader = BratsConfig(path=str(tmp_path)).build()
    assert reader.patients() == ("a",)
    assert sorted(reader.files("a")) == ["mask", "t1c"]


def test_no_patient(tmp_path):
    with pytest.raises(DataError, match="no BRATS patient in .*expected files such as"):
        BratsConfig(path=str(tmp_path)).build().patients()
    with pytest.raises(DataError, match="no folder .*nowhere"):
        BratsConfig(path=str(tmp_path / "nowhere")).build().patients()
    patient(tmp_path / "a", "a_{}.nii.gz")
    with pytest.raises(DataError, match="no patient 'b'"):
        BratsConfig(path=str(tmp_path)).build().read("b", REQUEST)


def broken(tmp_path, name, voxels, affine=AFFINE):
    patient(tmp_path / "a", "a_{}.nii.gz")
    save(tmp_path / "a" / f"a_{name}.nii.gz", voxels, affine)


def test_unusable_patients_say_why(tmp_path):
    moved = AFFINE.copy()
    moved[0, 3] = 3
    bad = scan().astype(np.float32)
    bad[5, 5, 5] = np.nan
    for name, voxels, affine, says in (
        ("t1ce", bad, AFFINE, "a_t1ce.nii.gz: 1 of 7680 voxels are NaN"),
        ("t1ce", np.zeros(SHAPE, np.int16), AFFINE, "every voxel is 0"),
        ("seg", mask()[:, :, 1:], AFFINE, r"a_seg.nii.gz has shape \(24, 20, 15\), unlike \(24, 20, 16\)"),
        ("seg", mask(), moved, "a_seg.nii.gz lies up to 3.0 mm off a_t1ce.nii.gz"),
        ("seg", mask() + 7, AFFINE, "unknown labels 7, 9, 11 in the mask"),
    ):
        broken(tmp_path, name, voxels, affine)
        with pytest.raises(DataError, match=says):
            BratsConfig(path=str(tmp_path)).build().read("a", REQUEST)
    broken(tmp_path, "t1ce", scan())
    with pytest.raises(DataError, match="slices 2 to 16 requested; the volume has axial slices 0 to 15"):
        BratsConfig(path=str(tmp_path)).build().read("a", SliceRequest(first=2, last=16))
    with pytest.raises(DataError, match="no t1x file; found flair, mask, t1, t1c, t2"):
        BratsConfig(path=str(tmp_path)).build().read("a", SliceRequest(("t1x",), first=2, last=3))


def test_mask_of_another_orientation_is_brought_round(tmp_path):
    patient(tmp_path / "a", "a_{}.nii.gz")
    expected = BratsConfig(path=str(tmp_path)).build().read("a", REQUEST)
    flipped = np.diag([1.0, -1.0, 1.0, 1.0])
    flipped[0, 3] = -(SHAPE[0] - 1)
    save(tmp_path / "a" / "a_seg.nii.gz", mask()[::-1], flipped)
    assert np.array_equal(BratsConfig(path=str(tmp_path)).build().read("a", REQUEST).masks, expected.masks)


def test_image_size_applies_to_images_and_masks(tmp_path):
    patient(tmp_path / "a", "a_{}.nii.gz")
    slices = (
        BratsConfig(path=str(tmp_path))
        .build()
        .read("a", SliceRequest(plane="sagittal", first=5, last=9, step=2, image_size=(32, 40)))
    )
    assert slices.images.shape == (3, 32, 40, 1)
    assert slices.masks.shape == (3, 32, 40)
    assert slices.tumor_area.shape == (24,)
    assert slices.indices.tolist() == [5, 7, 9]


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("brats_tcia_pat105_0001", "brats_tcia_pat105"),
        ("brats_2013_pat0001_1", "brats_2013_pat0001"),
        ("Brats17_TCIA_105_1", "Brats17_TCIA_105"),
        ("Brats18_CBICA_AAB_1", "Brats18_CBICA_AAB"),
        ("BraTS19_TCIA10_103_1", "BraTS19_TCIA10_103"),
        ("BraTS-GLI-00005-001", "BraTS-GLI-00005"),
        ("HGG/brats_2013_pat0001_1", "HGG/brats_2013_pat0001"),
        ("BraTS20_Training_001", "BraTS20_Training_001"),
        ("BraTS2021_00000", "BraTS2021_00000"),
        ("TCGA-DU-7294", "TCGA-DU-7294"),
    ],
)
def test_scans_of_one_subject(name, subject):
    assert BratsConfig(path="anywhere").build().subject(name) == subject


def test_fingerprint_follows_the_files(tmp_path):
    patient(tmp_path / "a", "a_{}.nii.gz")
    before = BratsConfig(path=str(tmp_path)).build().fingerprint()
    assert BratsConfig(path=str(tmp_path)).build().fingerprint() == before
    (tmp_path / "a" / "notes.txt").write_text("x")
    assert BratsConfig(path=str(tmp_path)).build().fingerprint() == before
    os.utime(tmp_path / "a" / "a_t1.nii.gz", (1, 1))
    assert BratsConfig(path=str(tmp_path)).build().fingerprint() == before
    with (tmp_path / "a" / "a_t1.nii.gz").open("ab") as file:
        file.write(b"more")
    changed = BratsConfig(path=str(tmp_path)).build().fingerprint()
    assert changed != before
    (tmp_path / "a" / "a_t1.nii.gz").unlink()
    assert BratsConfig(path=str(tmp_path)).build().fingerprint() not in (before, changed)


def test_inspection_tells_all_problems(tmp_path):
    patient(tmp_path / "good", "good_{}.nii.gz")
    patient(tmp_path / "bad", "bad_{}.nii.gz", ("t1ce", "t2"))
    (tmp_path / "bad" / "bad_t2.nii.gz").write_bytes(b"")
    bad, good = inspect_all(BratsConfig(path=str(tmp_path)).build())
    assert good.problems == ()
    assert (good.shape, good.spacing, good.orientations) == (SHAPE, (1, 1, 1), ("LPS",))
    assert good.labels == (0, 2, 4)
    assert bad.labels is None
    assert len(bad.problems) == 2
    quick = list(inspect_all(BratsConfig(path=str(tmp_path)).build(), headers_only=True))
    assert quick[1].shape == SHAPE and quick[1].labels is None
    assert any("empty" in problem for problem in quick[0].problems)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real scans of ../shared/data are not here")
def test_real_patients():
    reader = BratsConfig(path=str(REAL)).build()
    assert reader.patients() == ("TCGA-DU-7294", "TCGA-FG-6692")
    slices = reader.read("TCGA-DU-7294", SliceRequest())
    assert slices.images.shape == (101, 240, 240, 1)
    assert (slices.images[0, :5] == 0).all()
    brain = slices.images[50][slices.images[50] > 0]
    assert 0.2 < np.median(brain) < 0.8
    assert slices.tumor_area.max() > 500
    assert slices.facts["mask_labels"] == [0, 1, 2]


def test_names_that_are_no_text_and_links_to_nowhere_end_no_cohort(tmp_path):
    source = BratsConfig.tiny()
    shutil.copytree(Path(source.config.path) / "tiny", os.fsdecode(os.fsencode(tmp_path) + b"/\xffpatient"))
    shutil.copytree(Path(source.config.path) / "tiny", tmp_path / "linked")
    link = tmp_path / "linked" / "tiny_t1ce.nii"
    link.unlink()
    link.symlink_to(tmp_path / "nowhere")
    reader = BratsConfig(path=str(tmp_path)).build()
    assert reader.patients() == ("\\xffpatient", "linked")
    assert reader.fingerprint()
    request = SliceRequest(first=10, last=12)
    assert reader.read("\\xffpatient", request).images.shape[0] == 3
    with pytest.raises(DataError, match="no such file"):
        reader.read("linked", request)
