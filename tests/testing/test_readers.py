import numpy as np
import pytest

from kgan.contracts.config import ReaderConfig
from kgan.contracts.reader import PatientSlices, Reader
from kgan.testing import hold, laws, parametrize


class SquaresConfig(ReaderConfig):
    def build(self):
        return Squares(self)


class UnclassedConfig(SquaresConfig):
    @property
    def class_names(self):
        return ()


class Squares(Reader):
    """Two patients whose slices are grey squares."""

    def patients(self):
        return ("a", "b")

    def read(self, patient, request):
        indices = np.array(request.indices())
        height, width = request.image_size or (20, 30)
        images = np.full((len(indices), height, width, len(request.sequences)), 0.5, np.float32)
        return PatientSlices(patient, images, indices, tumor_area=np.zeros(155, np.float32))


@parametrize({"squares": SquaresConfig().build}, "reader")
def test_squares_keep_the_contract(make, check):
    check(make)


class Unsorted(Squares):
    def patients(self):
        return ("b", "a")


class Bright(Squares):
    def read(self, patient, request):
        slices = super().read(patient, request)
        return PatientSlices(patient, slices.images * 255, slices.indices)


class Restless(Squares):
    def read(self, patient, request):
        slices = super().read(patient, request)
        return PatientSlices(
            patient, np.random.default_rng().random(slices.images.shape, np.float32), slices.indices
        )


class Short(Squares):
    def read(self, patient, request):
        slices = super().read(patient, request)
        return PatientSlices(patient, slices.images, slices.indices, tumor_area=np.zeros(3, np.float32))


class Unclassed(Squares):
    def read(self, patient, request):
        slices = super().read(patient, request)
        labels = np.zeros(len(slices.indices), np.int64)
        return PatientSlices(patient, slices.images, slices.indices, labels=labels)


class Misnamed(Squares):
    def read(self, patient, request):
        slices = super().read(patient, request)
        return PatientSlices(patient, slices.images, slices.indices, files=("one.png",))


class Torn(Squares):
    def read(self, patient, request):
        slices = super().read(patient, request)
        faults = {int(slices.indices[0]): "damaged"}
        return PatientSlices(patient, slices.images, slices.indices, faults=faults)


@pytest.mark.parametrize(
    ("reader", "config", "broken"),
    [
        (Unsorted, SquaresConfig, "patients_are_listed"),
        (Bright, SquaresConfig, "slices_keep_the_request"),
        (Restless, SquaresConfig, "reading_is_repeatable"),
        (Short, SquaresConfig, "masks_fit_their_images"),
        (Unclassed, UnclassedConfig, "masks_fit_their_images"),
        (Misnamed, SquaresConfig, "masks_fit_their_images"),
        (Torn, SquaresConfig, "masks_fit_their_images"),
    ],
)
def test_a_broken_reader_is_found(reader, config, broken):
    result = hold(broken, laws("reader")[broken], lambda: reader(config()))
    assert result.passed is False and result.message
