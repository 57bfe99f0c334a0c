from pathlib import Path

import nibabel
import numpy as np
import pytest
from fabricated.inspections import inspect_all
from PIL import Image

from kgan.contracts.reader import SliceRequest
from kgan.data.cohort.inspection import find_duplicates
from kgan.errors import DataError
from kgan.testing import parametrize
from kgan_plugins.readers.configs import OasisConfig

#: Slices of the small volumes below: x 12 (left), y 20 (back), z 16 (head) in the canonical frame.
REQUEST = SliceRequest(("t1",), first=2, last=13)


@parametrize({"tiny": OasisConfig.tiny}, "reader")
def test_contract(make, check):
    check(make)


def head(seed=0):
    """A head in the canonical frame LPS, lopsided in every direction."""
    voxels = np.zeros((12, 20, 16), np.int16)
    voxels[2:10, 2:18, 2:14] = np.random.default_rng(seed).integers(100, 900, (8, 16, 12))
    voxels[8:10, 2:4, 12:14] = 5000  # left, front, top
    return voxels


#: From the canonical frame to how OASIS stores it: axes to front, head, left; and to left, front, head.
NATIVE = lambda voxels: voxels.transpose(1, 2, 0)[::-1]  # noqa: E731
ATLAS = lambda voxels: voxels[:, ::-1]  # noqa: E731
STORED = {"raw": NATIVE, "subject": NATIVE, "t88": ATLAS, "t88_masked": ATLAS}
NAMES = {
    "raw": "RAW/{}_mpr-1_anon",
    "subject": "PROCESSED/MPRAGE/SUBJ_111/{}_mpr_n4_anon_sbj_111",
    "t88": "PROCESSED/MPRAGE/T88_111/{}_mpr_n4_anon_111_t88_gfc",
    "t88_masked": "PROCESSED/MPRAGE/T88_111/{}_mpr_n3_anon_111_t88_masked_gfc",
}


def analyze(path, voxels, zooms=(1.0, 1.0, 1.0)):
    """Write as OASIS is shipped: Analyze 7.5, 16-bit big-endian, four axes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header = nibabel.AnalyzeHeader(endianness=">")
    header.set_data_dtype(np.int16)
    image = nibabel.AnalyzeImage(np.ascontiguousarray(voxels)[..., None], None, header)
    image.header.set_zooms((*zooms, 1.0))
    nibabel.save(image, path)


def session(folder, name="OAS1_0001_MR1", seed=0, trees=tuple(NAMES)):
    home = folder / "disc1" / name
    for tree in trees:
        analyze(home / (NAMES[tree].format(name) + ".img"), STORED[tree](head(seed)))
    return home


@pytest.fixture
def shipped(tmp_path):
    home = session(tmp_path)
    for repeat in (2, 3):
        analyze(home / f"RAW/OAS1_0001_MR1_mpr-{repeat}_anon.img", NATIVE(head(repeat)))
    segmented = home / "FSL_SEG/OAS1_0001_MR1_mpr_n4_anon_111_t88_masked_gfc_fseg.img"
    analyze(segmented, (ATLAS(head()) > 0).astype(np.int16))
    (home / "RAW" / "OAS1_0001_MR1_mpr-1_anon_sag_66.gif").write_bytes(b"GIF")
    (home / "OAS1_0001_MR1.txt").write_text("SESSION ID: OAS1_0001_MR1")
    return tmp_path


@pytest.mark.parametrize("tree", NAMES)
@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_every_tree_comes_out_the_right_way_round(shipped, tree, plane):
    reader = OasisConfig(path=str(shipped), tree=tree).build()
    assert reader.patients() == ("OAS1_0001_MR1",)
    last = {"axial": 15, "coronal": 19, "sagittal": 11}[plane]
    slices = reader.read("OAS1_0001_MR1", SliceRequest(("t1",), plane, 0, last, percentiles=(0, 100)))
    voxels = np.where(head() > 0, (head() - 100) / np.float32(4900), 0).astype(np.float32)
    expected = {
        "axial": voxels.transpose(2, 1, 0),
        "coronal": voxels.transpose(1, 2, 0)[:, ::-1],
        "sagittal": voxels.transpose(0, 2, 1)[:, ::-1],
    }[plane]
    np.testing.assert_allclose(slices.images[..., 0], expected, atol=0.01)
    assert slices.facts["orientations"] == {"t1": "ASL" if tree in ("raw", "subject") else "LAS"}


def test_repeats_of_raw_scans(shipped):
    images = [
        OasisConfig(path=str(shipped), tree="raw", repeat=repeat).build().read("OAS1_0001_MR1", REQUEST)
        for repeat in (1, 3)
    ]
    assert not np.array_equal(images[0].images, images[1].images)
    fourth = OasisConfig(path=str(shipped), tree="raw", repeat=4).build()
    assert fourth.patients() == ("OAS1_0001_MR1",)
    with pytest.raises(DataError, match="no repeat 4"):
        fourth.read("OAS1_0001_MR1", REQUEST)


def test_spacing_is_the_files_own(tmp_path):
    analyze(tmp_path / "OAS1_0002_MR1_mpr-1_anon.img", NATIVE(head()), zooms=(1.0, 1.5, 1.25))
    slices = OasisConfig(path=str(tmp_path), tree="raw").build().read("OAS1_0002_MR1", REQUEST)
    assert slices.facts["spacing"] == [1.25, 1.0, 1.5]


def test_sessions_of_one_person(tmp_path):
    for name in ("OAS1_0001_MR1", "OAS1_0001_MR2", "OAS1_0002_MR1"):
        session(tmp_path, name, trees=("t88_masked",))
    reader = OasisConfig(path=str(tmp_path)).build()
    assert [reader.subject(patient) for patient in reader.patients()] == [
        *("OAS1_0001", "OAS1_0001", "OAS1_0002")
    ]


def nifti(path, voxels, affine, codes):
    image = nibabel.Nifti1Image(np.ascontiguousarray(voxels), affine)
    image.set_sform(affine, codes)
    image.set_qform(None, 0)
    nibabel.save(image, path)


LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
AXIAL = np.diag([-1.0, 1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("tree", "voxels", "affine", "codes"),
    [
        ("raw", NATIVE(head()), np.eye(4), 0),
        ("t88", ATLAS(head()), np.eye(4), 0),
        # nibabel writes this of an Analyze file that it does not understand.
        ("subject", NATIVE(head()), AXIAL, 2),
        ("t88", ATLAS(head()), AXIAL, 2),
        # Converted with care.
        ("subject", head(), LPS, 1),
        ("raw", head()[::-1], np.diag([1.0, -1.0, 1.0, 1.0]), 1),
    ],
    ids=["raw-no-code", "t88-no-code", "native-as-axial", "t88", "canonical", "mirrored"],
)
def test_nifti_copies(tmp_path, tree, voxels, affine, codes):
    path = tmp_path / (NAMES[tree].format("OAS1_0007_MR1").split("/")[-1] + ".nii.gz")
    nifti(path, voxels, affine, codes)
    session(tmp_path / "original", trees=(tree,))
    reader = OasisConfig(path=str(tmp_path), tree=tree).build()
    assert reader.patients() == ("OAS1_0001_MR1", "OAS1_0007_MR1")
    first, other = (reader.read(patient, REQUEST).images for patient in reader.patients())
    assert np.array_equal(first, other)


def test_a_copy_beside_its_original_is_not_a_second_scan(shipped):
    path = shipped / "disc1/OAS1_0001_MR1/RAW/OAS1_0001_MR1_mpr-1_anon.nii.gz"
    nifti(path, NATIVE(head()), np.eye(4), 0)
    assert len(OasisConfig(path=str(shipped), tree="raw").build().files("OAS1_0001_MR1")["t1"]) == 1
    session(shipped / "again", trees=("raw",))
    with pytest.raises(DataError, match="2 files claim to be t1"):
        OasisConfig(path=str(shipped), tree="raw").build().read("OAS1_0001_MR1", REQUEST)


def test_what_is_not_there(shipped, tmp_path):
    with pytest.raises(DataError, match="no folder"):
        OasisConfig(path=str(tmp_path / "nowhere")).build().patients()
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no OASIS-1 scan of tree 'raw' in .*mpr-1_anon.img$"):
        OasisConfig(path=str(tmp_path / "empty"), tree="raw").build().patients()
    with pytest.raises(DataError, match=r"there are others, .*: t88_masked \(1 patients\), t88 .*subject"):
        OasisConfig(path=str(shipped), tree="png").build().patients()
    with pytest.raises(DataError, match="no patient 'x'"):
        OasisConfig(path=str(shipped)).build().read("x", REQUEST)
    with pytest.raises(DataError, match="no t2 file; found t1"):
        OasisConfig(path=str(shipped)).build().read("OAS1_0001_MR1", SliceRequest(("t2",), first=2, last=3))


def test_damage(shipped):
    image = shipped / "disc1/OAS1_0001_MR1/PROCESSED/MPRAGE/T88_111/OAS1_0001_MR1_mpr_n4_anon_111_t88_gfc.img"
    reader = OasisConfig(path=str(shipped), tree="t88").build()
    whole = image.read_bytes()
    for content, says in ((whole[:500], "damaged or no scan"), (b"", "0 bytes")):
        image.write_bytes(content)
        with pytest.raises(DataError, match=says):
            reader.read("OAS1_0001_MR1", REQUEST)
    image.write_bytes(whole)
    image.with_suffix(".hdr").unlink()
    with pytest.raises(DataError, match=r"its header .*_t88_gfc.hdr is not beside it"):
        reader.read("OAS1_0001_MR1", REQUEST)


def test_fingerprint_follows_image_and_header(shipped):
    before = OasisConfig(path=str(shipped)).build().fingerprint()
    assert OasisConfig(path=str(shipped)).build().fingerprint() == before
    header = next(shipped.rglob("*t88_masked_gfc.hdr"))
    with header.open("ab") as file:
        file.write(b"more")
    touched = OasisConfig(path=str(shipped)).build().fingerprint()
    assert touched != before


def test_inspection_tells_how_volumes_lie_and_asks_for_no_mask(shipped):
    (session,) = inspect_all(OasisConfig(path=str(shipped), tree="subject").build())
    assert session.problems == ()
    assert (session.shape, session.orientations) == ((12, 20, 16), ("ASL",))
    (quick,) = inspect_all(OasisConfig(path=str(shipped), tree="t88").build(), headers_only=True)
    assert (quick.shape, quick.orientations, quick.problems) == ((12, 20, 16), ("LAS",), ())


def test_inspection_finds_one_scan_under_two_names(tmp_path):
    for name, seed in (("OAS1_0001_MR1", 1), ("OAS1_0002_MR1", 2), ("OAS1_0003_MR1", 1)):
        session(tmp_path, name, seed, trees=("t88_masked",))
    (copy,) = find_duplicates(inspect_all(OasisConfig(path=str(tmp_path)).build()))
    assert (copy.patient, copy.first_patient) == ("OAS1_0003_MR1", "OAS1_0001_MR1")


def write_clinical(tmp_path, line):
    path = tmp_path / "oasis_cross-sectional.csv"
    path.write_text(f"ID,CDR\n{line}\n")
    return str(path)


@pytest.mark.parametrize(("rating", "label"), [("0", 0), ("0.5", 1), ("2", 1), ("", -1), ("N/A", -1)])
def test_dementia(shipped, tmp_path, rating, label):
    clinical = write_clinical(tmp_path, f"OAS1_0001_MR1,{rating}")
    slices = OasisConfig(path=str(shipped), clinical=clinical).build().read("OAS1_0001_MR1", REQUEST)
    assert slices.labels.tolist() == [label] * 12
    assert OasisConfig(path=str(shipped)).build().classes == ("nondemented", "demented")


def test_no_table_or_no_line_is_no_class(shipped, tmp_path):
    assert OasisConfig(path=str(shipped)).build().read("OAS1_0001_MR1", REQUEST).labels is None
    clinical = write_clinical(tmp_path, "OAS1_0009_MR1,1")
    slices = OasisConfig(path=str(shipped), clinical=clinical).build().read("OAS1_0001_MR1", REQUEST)
    assert set(slices.labels) == {-1}


def test_a_session_is_found_however_the_table_spells_it(shipped, tmp_path):
    clinical = write_clinical(tmp_path, "oas1_1_mr1,2")
    slices = OasisConfig(path=str(shipped), clinical=clinical).build().read("OAS1_0001_MR1", REQUEST)
    assert set(slices.labels) == {1}


@pytest.fixture
def slices(tmp_path):
    """The teaching copy: three folders of slices, three of segmentations."""
    for part, cases in (("train", (1, 2)), ("validate", (402,)), ("test", (441,))):
        for kind, word in (("", "case"), ("seg_", "seg"), ("seg_", "case")):
            folder = tmp_path / f"keras_png_slices_{kind}{part}"
            folder.mkdir(exist_ok=True)
            for case in cases:
                for number in range(12):
                    pixels = np.random.default_rng((case, number)).integers(0, 256, (16, 18)).astype(np.uint8)
                    Image.fromarray(pixels).save(folder / f"{word}_{case:03d}_slice_{number}.nii.png")
    return tmp_path


def test_png_slices_of_all_folders_together(slices):
    reader = OasisConfig(path=str(slices), tree="png").build()
    assert reader.patients() == ("case_001", "case_002", "case_402", "case_441")
    read = reader.read("case_402", SliceRequest(("t1",), first=2, last=40, step=4))
    assert read.indices.tolist() == [2, 6, 10]
    assert read.files[2] == "keras_png_slices_validate/case_402_slice_10.nii.png"
    pixels = np.random.default_rng((402, 10)).integers(0, 256, (16, 18))
    np.testing.assert_allclose(read.images[2, ..., 0], pixels / 255, rtol=1e-6)
    assert read.labels is None
    kinds = [dict(case.kinds) for case in inspect_all(reader)]
    assert kinds[3] == {("keras_png_slices_test", "16x18", "8-bit grey"): 12}


def test_a_case_in_two_folders_stays_whole(slices):
    train, test = slices / "keras_png_slices_train", slices / "keras_png_slices_test"
    for number in (8, 9):
        (train / f"case_002_slice_{number}.nii.png").rename(test / f"case_002_slice_{number}.nii.png")
    reader = OasisConfig(path=str(slices), tree="png").build()
    assert len(reader.read("case_002", SliceRequest(("t1",), first=0, last=31)).images) == 12
    name = "case_001_slice_3.nii.png"
    (test / name).write_bytes((train / name).read_bytes())
    with pytest.raises(DataError, match="1 slices are there more than once .*test/case_001_slice_3"):
        reader = OasisConfig(path=str(slices), tree="png").build()
        reader.read("case_001", SliceRequest(("t1",), first=0, last=31))


def test_what_png_slices_cannot(slices, tmp_path):
    reader = OasisConfig(path=str(slices), tree="png").build()
    with pytest.raises(DataError, match="axial ones of t1"):
        reader.read("case_001", SliceRequest(("t1",), "coronal", 0, 9))
    with pytest.raises(DataError, match="have other numbers"):
        OasisConfig(path=str(slices), tree="png", clinical="x.csv").build().patients()
    with pytest.raises(DataError, match=r"png \(4 patients\)"):
        OasisConfig(path=str(slices)).build().patients()


def test_tiny_leaves_nothing_behind():
    reader = OasisConfig.tiny()
    folder = Path(reader.config.path)
    assert reader.patients() == ("OAS1_0001_MR1",)
    del reader
    assert not folder.exists()
