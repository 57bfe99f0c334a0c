import builtins
import gzip

import nibabel
import numpy as np
import pytest

from kgan.data.scans.files import read_header, read_scan, scan_suffix, tells_orientation
from kgan.data.scans.volumes import load_volume
from kgan.errors import DataError

VOXELS = np.random.default_rng(0).integers(0, 900, (20, 24, 16)).astype(np.int16)


def save_mha(path, voxels=VOXELS, compressed=True, **geometry):
    simpleitk = pytest.importorskip("SimpleITK", reason="MetaImage needs the extra `mha`")
    image = simpleitk.GetImageFromArray(np.ascontiguousarray(voxels.T))
    image.SetOrigin(geometry.get("origin", (0.0, -239.0, 0.0)))
    image.SetSpacing(geometry.get("spacing", (1.0, 2.0, 3.0)))
    image.SetDirection(geometry.get("direction", np.eye(3).ravel().tolist()))
    simpleitk.WriteImage(image, str(path), compressed)
    return path


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.nii", ".nii"), ("a.NII.GZ", ".nii.gz"), ("a.b.mha", ".mha"), ("a.gz", ""), ("nii", "")],
)
def test_suffix(tmp_path, name, suffix):
    assert scan_suffix(tmp_path / name) == suffix


@pytest.mark.parametrize("compressed", [True, False])
def test_mha_agrees_with_nifti(tmp_path, compressed):
    path = save_mha(tmp_path / "a.mha", compressed=compressed)
    voxels, affine = read_scan(path)
    assert np.array_equal(voxels, VOXELS)
    # What the BRATS release notes call LPS with offset (0, -239, 0) is this in NIfTI's RAS+ world.
    assert np.allclose(affine, [[-1, 0, 0, 0], [0, -2, 0, 239], [0, 0, 3, 0], [0, 0, 0, 1]])
    shape, header_affine = read_header(path)
    assert shape == VOXELS.shape
    assert np.allclose(header_affine, affine)
    volume = load_volume(path)
    assert volume.orientation == "LPS"
    assert volume.spacing == pytest.approx((1, 2, 3))


def test_mha_orientation_is_honoured(tmp_path):
    path = save_mha(tmp_path / "a.mha", direction=[-1.0, 0, 0, 0, 0, 1, 0, 1, 0], origin=(1.0, 2.0, 3.0))
    volume = load_volume(path)
    assert volume.orientation == "RSP"
    assert np.array_equal(volume.voxels, VOXELS[::-1].transpose(0, 2, 1))


@pytest.mark.parametrize("compressed", [True, False])
def test_truncated_mha(tmp_path, compressed, capfd):
    path = save_mha(tmp_path / "a.mha", compressed=compressed)
    content = path.read_bytes()
    for length in (1, 60, 300, len(content) // 2, len(content) - 10):
        path.write_bytes(content[:length])
        with pytest.raises(DataError, match="^a.mha: .*copy it again"):
            read_scan(path)
    assert capfd.readouterr() == ("", "")


def test_altered_mha(tmp_path):
    path = save_mha(tmp_path / "a.mha")
    content = bytearray(path.read_bytes())
    content[-500] ^= 0x10
    path.write_bytes(content)
    with pytest.raises(DataError, match="a.mha: damaged or no scan"):
        read_scan(path)


def test_mha_header_without_voxels(tmp_path):
    (tmp_path / "a.mha").write_text(
        "ObjectType = Image\nNDims = 3\nDimSize = 2 2 2\nElementType = MET_SHORT\nElementDataFile = a.raw\n"
    )
    pytest.importorskip("SimpleITK", reason="MetaImage needs the extra `mha`")
    with pytest.raises(DataError, match="the voxels are in another file"):
        read_scan(tmp_path / "a.mha")


def test_without_simpleitk_the_extra_is_named(tmp_path, monkeypatch):
    (tmp_path / "a.mha").write_text("x")
    real = builtins.__import__

    def refuse(name, *rest):
        if name == "SimpleITK":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(DataError, match=r'pip install "kgan\[mha\]"'):
        read_scan(tmp_path / "a.mha")


def test_nifti_keeps_the_stored_dtype(tmp_path):
    nibabel.save(nibabel.Nifti1Image(VOXELS, np.eye(4)), tmp_path / "a.nii.gz")
    voxels, _ = read_scan(tmp_path / "a.nii.gz")
    assert voxels.dtype == np.int16
    assert read_header(tmp_path / "a.nii.gz")[0] == VOXELS.shape


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
@pytest.mark.parametrize("length", [1, 100, 347])
def test_a_file_cut_within_its_header_is_reported_as_damaged(tmp_path, name, length):
    nibabel.save(nibabel.Nifti1Image(np.ones((4, 4, 4), np.int16), np.eye(4)), tmp_path / "whole.nii")
    head = (tmp_path / "whole.nii").read_bytes()[:length]
    (tmp_path / name).write_bytes(gzip.compress(head) if name.endswith("gz") else head)
    for read in (read_scan, read_header):
        with pytest.raises(DataError, match=name):
            read(tmp_path / name)


def test_analyze(tmp_path):
    header = nibabel.AnalyzeHeader(endianness=">")
    header.set_data_dtype(np.int16)
    nibabel.save(nibabel.AnalyzeImage(VOXELS[..., None], None, header), tmp_path / "a.img")
    voxels, _ = read_scan(tmp_path / "a.img")
    assert np.array_equal(voxels, VOXELS)
    assert read_header(tmp_path / "a.img")[0] == (*VOXELS.shape, 1)
    assert not tells_orientation(tmp_path / "a.img")
    (tmp_path / "a.hdr").unlink()
    with pytest.raises(DataError, match="a.img: its header a.hdr is not beside it"):
        read_scan(tmp_path / "a.img")


@pytest.mark.parametrize(("qform", "sform"), [(0, 0), (1, 0), (0, 2)])
def test_nifti_may_leave_its_orientation_open(tmp_path, qform, sform):
    for name, kind in (("a.nii.gz", nibabel.Nifti1Image), ("a.img", nibabel.Nifti1Pair)):
        image = kind(VOXELS, np.eye(4))
        image.set_qform(np.eye(4), qform)
        image.set_sform(np.eye(4), sform)
        nibabel.save(image, tmp_path / name)
        assert tells_orientation(tmp_path / name) == bool(qform or sform)


def test_metaimage_tells_its_orientation(tmp_path):
    assert tells_orientation(save_mha(tmp_path / "a.mha"))
