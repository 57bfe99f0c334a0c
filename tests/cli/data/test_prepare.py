import nibabel
import numpy as np
import pytest
from click.testing import CliRunner

from kgan.cli.data.prepare import command
from kgan.data.store.store import ImageStore
from kgan.errors import DataError

SETTINGS = (
    "data.slices={first: 2, last: 14, step: 1}",
    "data.labels.min_tumor_area=5",
    "data.labels.margin=1",
    "data.min_patients=null",
)


@pytest.fixture
def cohort(tmp_path):
    rows, columns, levels = np.mgrid[:24, :24, :16]
    brain = (rows - 11.5) ** 2 + (columns - 11.5) ** 2 < 90
    mask = ((rows > 8) & (rows < 14) & (columns > 6) & (columns < 13) & (levels > 9)).astype(np.uint8)
    for number in range(5):
        draw = np.random.default_rng(number)
        scan = np.where(brain, draw.normal(400, 60, brain.shape), 0).astype(np.int16)
        folder = tmp_path / "scans" / f"P{number}"
        folder.mkdir(parents=True)
        for name, voxels in (("t1ce", scan), ("seg", mask)):
            image = nibabel.Nifti1Image(voxels, np.diag([-1.0, -1.0, 1.0, 1.0]))
            nibabel.save(image, folder / f"P{number}_{name}.nii")
    (tmp_path / "scans" / "P3" / "P3_seg.nii").write_bytes(b"")
    return tmp_path / "scans"


def invoke(cohort, *more):
    changes = [part for setting in SETTINGS for part in ("--set", setting)]
    arguments = [str(cohort), "--out", str(cohort.parent / "run"), *changes, *more]
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_a_folder_of_scans(cohort):
    done = invoke(cohort)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["split", "non_tumor", "tumor", "patients"]
    assert lines[1].split() == ["train", "14", "10", "2"]
    assert "Excluded slices: 4 borderline" in lines
    assert "Excluded P3: unusable: P3_seg.nii: the file is empty (0 bytes); copy it again" in lines
    sheet = next(line for line in lines if line.startswith("Contact sheet: ")).partition(": ")[2]
    assert sheet.startswith(str(cohort.parent / "run"))
    (store,) = (cohort.parent / "run" / "steps" / "prepare").glob("*/train.h5")
    assert ImageStore(store).image_shape == (62, 62, 1)
    assert (cohort.parent / "run" / "results" / "exclusions.csv").is_file()
    # What the recipe asks beyond that of so few patients is listed too.
    output = [line.partition(": ")[2] for line in lines if line.startswith("Limit: ")]
    assert "train-munit-tumor and 1 more: 10 real images instead of 200 (images_per_class)" in output
    assert any(
        line.startswith("tsne: 10 images of each class instead of 150 (tsne.images)") for line in output
    )
    # Nothing is done twice.
    before = store.stat().st_mtime_ns
    assert invoke(cohort).stdout == done.stdout
    assert store.stat().st_mtime_ns == before


def test_too_few_patients(cohort):
    with pytest.raises(DataError, match="too few patients: 6 needed by data.split, 5 found"):
        invoke(cohort, "--set", "data.split={train: 4, validation: 1, test: 1}")
    assert not list((cohort.parent / "run" / "steps").rglob("*.h5"))


def test_fewer_than_six_patients_are_refused_at_the_door(cohort):
    """Five are found and four can be used: the first is known before a file is read."""
    says = (
        "too few patients: 6 needed by data.min_patients, 5 found, 0 excluded by hand, 0 unusable, 5 remain"
    )
    with pytest.raises(DataError, match=says):
        invoke(cohort, "--set", "data.min_patients=6")
    with pytest.raises(DataError, match="Add patients, or lower data.min_patients"):
        invoke(cohort, "--set", "data.min_patients=5")
