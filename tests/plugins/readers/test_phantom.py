import numpy as np
import pytest

from kgan.contracts.reader import SliceRequest
from kgan.data.phantom.files import write_patient
from kgan.data.phantom.patient import Character
from kgan.data.scans.slices import classify
from kgan.errors import DataError
from kgan_plugins.readers.configs import BratsConfig, PhantomConfig

NUMBER = 7


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    write_patient(folder, NUMBER, Character())
    return BratsConfig(path=str(folder)).build()


@pytest.mark.parametrize(
    "request_",
    [
        SliceRequest(("t1c",), first=40, last=120, step=8, image_size=(60, 60)),
        SliceRequest(("t1c", "flair"), first=60, last=100, step=40),
        SliceRequest(("t1", "t2"), "sagittal", first=80, last=149, step=23, image_size=(64, 64)),
    ],
    ids=["demo", "native", "sagittal"],
)
def test_sampled_slices_agree_with_the_written_scan(written, request_):
    (name,) = written.patients()
    read, sampled = written.read(name, request_), PhantomConfig().build().read(name, request_)
    assert read.patient == sampled.patient and read.images.shape == sampled.images.shape
    for first, second in zip(read.images, sampled.images, strict=True):
        for channel in range(first.shape[-1]):
            assert np.corrcoef(first[..., channel].ravel(), second[..., channel].ravel())[0, 1] > 0.97
    np.testing.assert_allclose(sampled.tumor_area, read.tumor_area, atol=0.03 * read.tumor_area.max())
    assert (read.masks == sampled.masks).mean() > 0.999


def test_patients_are_named_and_counted():
    reader = PhantomConfig(patients=3).build()
    assert reader.patients() == ("phantom-0001", "phantom-0002", "phantom-0003")
    assert reader.synthetic


def test_cohorts_have_both_classes_in_fair_shares():
    reader, request = PhantomConfig(patients=4).build(), SliceRequest(image_size=(8, 8), step=10)
    classes = []
    for patient in reader.patients():
        slices = reader.read(patient, request)
        classes.extend(classify(slices.tumor_area, slices.indices, 100, 2))
    share = np.mean([label == 1 for label in classes if label >= 0])
    assert 0.2 < share < 0.8


def test_a_smaller_cohort_has_the_same_first_patients():
    request = SliceRequest(first=70, last=70, image_size=(20, 20))
    few, many = (PhantomConfig(patients=count).build().read("phantom-0002", request) for count in (2, 40))
    np.testing.assert_array_equal(few.images, many.images)


@pytest.mark.parametrize("patient", ["phantom-0004", "phantom-0000", "somebody"])
def test_unknown_patients_are_refused(patient):
    with pytest.raises(DataError, match="expected one of phantom-0001 to phantom-0003"):
        PhantomConfig(patients=3).build().read(patient, SliceRequest())


def test_the_fingerprint_follows_what_patients_look_like():
    assert (
        PhantomConfig(patients=3).build().fingerprint()
        == PhantomConfig(tumor_diameter=(8, 60)).build().fingerprint()
    )
    assert PhantomConfig(seed=1).build().fingerprint() != PhantomConfig().build().fingerprint()
