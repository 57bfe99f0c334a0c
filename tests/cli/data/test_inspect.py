import nibabel
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from kgan.cli.data.inspect import command
from kgan.errors import DataError, PluginError


@pytest.fixture
def cohort(tmp_path):
    scan = np.arange(8 * 9 * 10, dtype=np.int16).reshape(8, 9, 10)
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
        for word, voxels in (("t1ce", scan), ("seg", (scan > 700).astype(np.uint8))):
            nibabel.save(nibabel.Nifti1Image(voxels, np.eye(4)), tmp_path / name / f"{name}_{word}.nii.gz")
    (tmp_path / "bad" / "bad_t1ce.nii.gz").write_bytes(b"")
    return tmp_path


def test_table_and_problems(cohort):
    done = CliRunner().invoke(command, [str(cohort)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "8x9x10  1x1x1  RAS" in done.stdout
    assert "bad: bad_t1ce.nii.gz: the file is empty (0 bytes); copy it again" in done.stdout
    lines = done.stdout.splitlines()
    assert "2 patients, 1 without problems, 1 with" in lines
    assert "1 of 1 masks contain a tumour; training, validation and test need one each" in lines
    assert "Too few patients for two_step: paper (220 needed), demo (6 needed), small (6 needed)" in lines


def test_headers_only(cohort):
    done = CliRunner().invoke(command, [str(cohort), "--headers-only"], catch_exceptions=False)
    assert "8x9x10" in done.stdout
    assert "0 1" not in done.stdout


def test_what_cannot_be_inspected(tmp_path):
    with pytest.raises(DataError, match="no BRATS patient"):
        CliRunner().invoke(command, [str(tmp_path)], catch_exceptions=False)
    with pytest.raises(PluginError, match="reader 'phantom' does not read a folder"):
        CliRunner().invoke(command, [str(tmp_path), "--reader", "phantom"], catch_exceptions=False)
    with pytest.raises(PluginError, match="brats"):
        CliRunner().invoke(command, [str(tmp_path), "--reader", "brat"], catch_exceptions=False)


@pytest.fixture
def images(tmp_path):
    draw = np.random.default_rng(0)
    for name in ("with/0.png", "with/1.png", "without/2.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(draw.integers(0, 256, (8, 9)).astype(np.uint8)).save(tmp_path / name)
    for name in ("with/copy.png", "without/twin.png"):
        (tmp_path / name).write_bytes((tmp_path / "with/1.png").read_bytes())
    (tmp_path / "with" / "zero.png").write_bytes(b"")
    return tmp_path


def invoke(*arguments):
    return CliRunner().invoke(command, [str(item) for item in arguments], catch_exceptions=False)


def test_images_copies_and_a_table_that_leaves_them_out(images, tmp_path):
    table = tmp_path / "exclude.csv"
    done = invoke(images, "--reader", "folder", "--exclude", table)
    assert "with     8x9     8-bit grey  3" in done.stdout
    assert "with/zero.png: zero.png: the file is empty" in done.stdout
    assert "Duplicate: with/copy.png of with/1.png\n" in done.stdout
    assert "Duplicate: without/twin.png of with/1.png (if these folders are classes" in done.stdout
    assert "Note: There is no patients.csv" in done.stdout
    assert "6 patients, 5 without problems, 1 with; 2 duplicates" in done.stdout
    assert table.read_text().splitlines()[1:] == [
        "with/copy.png,,duplicate of with/1.png",
        "with/1.png,,as without/twin.png in another folder",
        "without/twin.png,,as with/1.png in another folder",
    ]
    with pytest.raises(DataError, match="exists and is not overwritten"):
        invoke(images, "--reader", "folder", "--exclude", table)


def test_copies_among_a_patients_images(images, tmp_path):
    (images / "without" / "twin.png").unlink()
    (images / "patients.csv").write_text(
        "file,patient\nwith/0.png,a\nwith/1.png,a\nwith/copy.png,a\nwithout/2.png,b\nwith/zero.png,b\n"
    )
    done = invoke(images, "--reader", "folder", "--exclude", tmp_path / "x.csv")
    assert "Duplicate: with/copy.png of with/1.png (both of a)" in done.stdout
    assert (tmp_path / "x.csv").read_text().splitlines()[1:] == ["a,2,duplicate of with/1.png"]


def test_near_copies_are_reported(tmp_path):
    rough = np.random.default_rng(0).uniform(80, 255, (4, 15, 15)).repeat(3, 1).repeat(3, 2).astype(np.uint8)
    for number, image in enumerate(rough):
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    Image.fromarray(rough[1, :, ::-1]).save(tmp_path / "twin.png")
    done = invoke(tmp_path, "--reader", "folder")
    assert "Near-duplicate: twin.png of 1.png: correlation 1.00, mirrored left to right;" in done.stdout
    assert "5 patients, 5 without problems, 0 with; 1 near-duplicates" in done.stdout


def test_patients_who_look_alike_are_reported(images):
    lines = ["with/0.png,P1", "with/1.png,P1", "with/copy.png,p01", "without/2.png,P2", "with/zero.png,P2"]
    (images / "without" / "twin.png").unlink()
    (images / "patients.csv").write_text("\n".join(["file,patient", *lines]))
    done = invoke(images, "--reader", "folder")
    assert (
        "Every run refuses these patients: the cohort's patients: 'P1' and 'p01' look like one" in done.stdout
    )
    (images / "patients.csv").write_text("\n".join(["file,patient", *lines]).replace("p01", "P3"))
    assert "Every run refuses" not in invoke(images, "--reader", "folder").stdout


def test_parameters_of_the_reader(images):
    done = invoke(images, "--reader", "folder", "--set", "classes=[without]")
    assert "2 patients" in done.stdout
    for option, says in (
        ("class=x", "--set class: folder has no parameter 'class'; did you mean 'classes'"),
        ("classes=3", "--set classes: folder's 'classes': expected"),
        ("classes", "--set classes: expected KEY=VALUE"),
        ("path=x", "--set path: 'path' is not a parameter to write"),
    ):
        with pytest.raises(PluginError, match=says):
            invoke(images, "--reader", "folder", "--set", option)
