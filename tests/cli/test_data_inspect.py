import nibabel
import numpy as np
import pytest
from click.testing import CliRunner

from kgan.cli.data_inspect import command
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
    assert done.stdout.endswith("2 patients, 1 without problems, 1 with\n")


def test_headers_only(cohort):
    done = CliRunner().invoke(command, [str(cohort), "--headers-only"], catch_exceptions=False)
    assert "8x9x10" in done.stdout
    assert "0 1" not in done.stdout


def test_what_cannot_be_inspected(tmp_path):
    with pytest.raises(DataError, match="no BRATS patient"):
        CliRunner().invoke(command, [str(tmp_path)], catch_exceptions=False)
    with pytest.raises(PluginError, match="reader 'phantom' reads no folder"):
        CliRunner().invoke(command, [str(tmp_path), "--reader", "phantom"], catch_exceptions=False)
    with pytest.raises(PluginError, match="brats"):
        CliRunner().invoke(command, [str(tmp_path), "--reader", "brat"], catch_exceptions=False)
