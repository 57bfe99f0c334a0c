import itertools

import nibabel
import numpy as np
import pytest
from nibabel import orientations

from kgan.data.scans.volumes import (
    Volume,
    check_same_grid,
    foreground,
    inspect_header,
    load_mask,
    load_volume,
    rescale,
)
from kgan.errors import DataError

CODES = [
    "".join(letters)
    for axes in itertools.permutations(("LR", "AP", "IS"))
    for letters in itertools.product(*axes)
]
LPS = np.diag([-1.0, -2.0, 3.0, 1.0])
LPS[:3, 3] = 5, 30, -7


def scan():
    return np.random.default_rng(0).normal(300, 50, (4, 5, 6)).astype(np.float32)


def saved(path, voxels, affine=LPS):
    nibabel.save(nibabel.Nifti1Image(voxels, affine), path)
    return path


def test_there_are_48_orientations():
    assert len(set(CODES)) == 48


@pytest.mark.parametrize("codes", CODES)
def test_any_orientation_becomes_lps(tmp_path, codes):
    canonical = scan()
    turn = orientations.ornt_transform(
        orientations.axcodes2ornt("LPS"), orientations.axcodes2ornt(tuple(codes))
    )
    stored = orientations.apply_orientation(canonical, turn)
    affine = LPS @ orientations.inv_ornt_aff(turn, canonical.shape)
    assert "".join(nibabel.aff2axcodes(affine)) == codes
    path = saved(tmp_path / "a.nii", stored, affine)
    volume = load_volume(path)
    assert np.array_equal(volume.voxels, canonical)
    assert np.allclose(volume.affine, LPS)
    assert volume.spacing == pytest.approx((1, 2, 3))
    assert volume.orientation == codes
    shape, edges, orientation = inspect_header(path)
    assert (shape, orientation) == (canonical.shape, codes)
    assert edges == pytest.approx((1, 2, 3))


def test_slightly_oblique_volume_keeps_its_voxels(tmp_path):
    angle = np.deg2rad(8)
    tilt = np.eye(4)
    tilt[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    volume = load_volume(saved(tmp_path / "a.nii", scan(), tilt @ LPS))
    assert np.array_equal(volume.voxels, scan())
    assert volume.spacing == pytest.approx((1, 2, 3))


def test_file_scaling_and_huge_floats(tmp_path):
    image = nibabel.Nifti1Image(np.arange(120, dtype=np.int16).reshape(4, 5, 6), LPS)
    image.header.set_slope_inter(0.5, -3)
    nibabel.save(image, tmp_path / "a.nii.gz")
    assert load_volume(tmp_path / "a.nii.gz").voxels.max() == pytest.approx(119 * 0.5 - 3)
    huge = load_volume(saved(tmp_path / "b.nii.gz", (scan() * 1e7).astype(np.float64)))
    assert huge.voxels.dtype == np.float32
    with pytest.raises(DataError, match="120 of 120 voxels are NaN or infinite"):
        load_volume(saved(tmp_path / "c.nii.gz", np.full((4, 5, 6), 1e300)))


def test_trailing_axis_of_one_is_dropped(tmp_path):
    assert load_volume(saved(tmp_path / "a.nii.gz", scan()[..., None])).voxels.shape == (4, 5, 6)


@pytest.mark.parametrize(
    ("voxels", "says"),
    [
        (np.where(np.arange(120).reshape(4, 5, 6) == 7, np.nan, 1.0), "1 of 120 voxels are NaN"),
        (np.where(np.arange(120).reshape(4, 5, 6) == 7, np.inf, 1.0), "1 of 120 voxels are NaN or infinite"),
        (np.zeros((4, 5, 6)), "every voxel is 0; expected a scan"),
        (np.full((4, 5, 6), 7.5), "every voxel is 7.5"),
        (np.ones((4, 5, 6, 2)), r"expected one 3-D volume, received 4-D \(4, 5, 6, 2\)"),
        (np.ones((4, 5), np.float32), "received 2-D"),
        (np.ones((4, 5, 6), np.complex64), "expected real numbers"),
    ],
    ids=["nan", "inf", "zeros", "constant", "4-d", "2-d", "complex"],
)
def test_unusable_voxels(tmp_path, voxels, says):
    path = saved(tmp_path / "a.nii.gz", voxels)
    with pytest.raises(DataError, match=f"^a.nii.gz: .*{says}"):
        load_volume(path)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_truncated_files(tmp_path, name):
    path = saved(tmp_path / name, scan())
    content = path.read_bytes()
    for length in (1, 100, 360, len(content) // 2, len(content) - 6):
        path.write_bytes(content[:length])
        with pytest.raises(DataError, match="^a.nii.*copy it again"):
            load_volume(path)
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"the file is empty \(0 bytes\)"):
        load_volume(path)


def test_truncated_gzip_says_so(tmp_path):
    path = saved(tmp_path / "a.nii.gz", scan())
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(DataError, match="a.nii.gz: the file is truncated"):
        load_volume(path)


def test_altered_gzip_is_found(tmp_path):
    path = saved(tmp_path / "a.nii.gz", scan())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)
    with pytest.raises(DataError, match="damaged or no scan"):
        load_volume(path)


def test_text_that_calls_itself_nifti(tmp_path):
    (tmp_path / "a.nii").write_text("not a scan")
    with pytest.raises(DataError, match="damaged or no scan"):
        load_volume(tmp_path / "a.nii")
    with pytest.raises(DataError, match="no such file"):
        load_volume(tmp_path / "b.nii")


def test_nifti2(tmp_path):
    nibabel.save(nibabel.Nifti2Image(scan(), LPS), tmp_path / "a.nii.gz")
    assert np.array_equal(load_volume(tmp_path / "a.nii.gz").voxels, scan())


def test_singular_affine(tmp_path):
    image = nibabel.Nifti1Image(scan(), None)
    image.header["sform_code"] = 1
    image.header["srow_x"] = image.header["srow_y"] = image.header["srow_z"] = 0
    image.to_filename(tmp_path / "a.nii")
    content = bytearray((tmp_path / "a.nii").read_bytes())
    content[280:328] = bytes(48)  # the three rows of the sform
    content[254:256] = (1).to_bytes(2, "little")
    (tmp_path / "a.nii").write_bytes(content)
    with pytest.raises(DataError, match="does not say how the volume lies in space"):
        load_volume(tmp_path / "a.nii")


@pytest.mark.parametrize("labels", [[0, 1, 2, 4], [0, 1, 2, 3], [0, 2], [0]], ids=str)
def test_masks_may_lack_labels(tmp_path, labels):
    voxels = np.resize(labels, (4, 5, 6)).astype(np.uint8)
    mask = load_mask(saved(tmp_path / "a.nii.gz", voxels))
    assert mask.voxels.dtype == np.uint8
    assert np.unique(mask.voxels).tolist() == labels


@pytest.mark.parametrize(
    ("values", "says"),
    [([0, 5], "unknown labels 5 "), ([0, -1], "unknown labels -1 "), ([0, 0.5], "0.5"), ([0, 258], "258")],
    ids=["5", "-1", "0.5", "258"],
)
def test_unknown_labels(tmp_path, values, says):
    path = saved(tmp_path / "a.nii.gz", np.resize(values, (4, 5, 6)).astype(np.float32))
    with pytest.raises(DataError, match=f"{says}.*expected 0 to 4"):
        load_mask(path)


def volume(shape=(4, 5, 6), affine=LPS, name="a"):
    return Volume(np.zeros(shape, np.float32), affine, "LPS", name)


def test_grids_may_differ_by_rounding_only():
    near = LPS.copy()
    near[:3, 3] += 0.05
    check_same_grid(volume(), volume(affine=near))
    with pytest.raises(DataError, match=r"b has shape \(4, 5, 7\), unlike \(4, 5, 6\) of a"):
        check_same_grid(volume(), volume((4, 5, 7), name="b"))
    far = LPS.copy()
    far[2, 3] += 4
    with pytest.raises(DataError, match="b lies up to 4.0 mm off a"):
        check_same_grid(volume(), volume(affine=far, name="b"))
    turned = LPS.copy()
    turned[0, 0] = -1.3
    with pytest.raises(DataError, match="b lies up to 0.9 mm off a"):
        check_same_grid(volume(), volume(affine=turned, name="b"))


def head(background=0.0):
    voxels = np.full((20, 20, 20), background, np.float32)
    voxels[4:16, 4:16, 4:16] = np.random.default_rng(1).normal(400, 60, (12, 12, 12))
    return voxels


def test_one_hot_voxel_squashes_nothing():
    plain, hot = head(), head()
    hot[10, 10, 10] = 32767
    assert np.median(np.abs(rescale(plain, (0.5, 99.5)) - rescale(hot, (0.5, 99.5)))) < 0.01
    assert 0.4 < rescale(hot, (0.5, 99.5))[4:16, 4:16, 4:16].mean() < 0.6


def test_brain_below_zero_is_still_brain():
    voxels = head()
    voxels[8:10, 8:10, 8:10] = -20
    inside = foreground(voxels)
    assert inside.sum() == 12**3
    scaled = rescale(voxels, (0.5, 99.5))
    assert scaled.dtype == np.float32
    assert scaled.min() == 0 and scaled.max() == 1
    assert not scaled[:4].any()


@pytest.mark.parametrize("background", [0.0, -3.5, 1e7])
def test_background_is_black_whatever_its_value(background):
    voxels = head(background)
    assert np.array_equal(foreground(voxels), head() != 0)
    scaled = rescale(voxels, (0.5, 99.5))
    assert not scaled[:4].any()
    assert np.array_equal(scaled, rescale(head(), (0.5, 99.5)))


def test_brain_that_touches_the_faces():
    voxels = head()[4:]
    assert np.array_equal(foreground(voxels), voxels != 0)


def test_noisy_air_counts_as_foreground():
    voxels = np.random.default_rng(0).normal(300, 9, (8, 8, 8)).astype(np.float32)
    assert foreground(voxels).all()


def test_foreground_of_one_value():
    voxels = np.zeros((8, 8, 8), np.float32)
    voxels[2:5, 2:5, 2:5] = 9
    assert np.array_equal(rescale(voxels, (0.5, 99.5)), (voxels > 0).astype(np.float32))
    assert not rescale(np.full((4, 4, 4), 3, np.float32), (0.5, 99.5)).any()


@pytest.mark.parametrize("codes", CODES)
def test_axes_may_be_given_instead_of_the_file(tmp_path, codes):
    voxels = scan()
    expected = load_volume(saved_as(tmp_path / "a.nii", voxels, codes))
    nibabel.save(nibabel.Nifti1Image(voxels, np.diag([2.0, 3.0, 4.0, 1.0])), tmp_path / "b.nii")
    volume = load_volume(tmp_path / "b.nii", codes)
    assert np.array_equal(volume.voxels, expected.voxels)
    assert volume.orientation == codes
    assert volume.spacing == expected.spacing
    shape, spacing, orientation = inspect_header(tmp_path / "b.nii", codes)
    assert (shape, spacing, orientation) == (volume.voxels.shape, volume.spacing, codes)


def saved_as(path, voxels, codes):
    turn = orientations.axcodes2ornt(tuple(codes))
    affine = np.eye(4)
    affine[:3, :3] = 0
    for axis, (direction, sign) in enumerate(turn):
        affine[int(direction), axis] = sign * (2.0, 3.0, 4.0)[axis]
    nibabel.save(nibabel.Nifti1Image(voxels, affine), path)
    return path


def test_foreground_of_stacked_images():
    images = np.full((1, 6, 8), 7, np.float32)
    images[0, 2:4, 2:5] = 9
    assert foreground(images, axes=(1, 2)).sum() == 6
    images[0, 1:5, 1:7] = 0
    assert foreground(images, axes=(1, 2)).sum() == 24
