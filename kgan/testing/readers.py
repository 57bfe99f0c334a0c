"""Laws of readers."""

import numpy as np

from kgan.contracts.reader import PatientSlices, Reader, SliceRequest
from kgan.testing.checks import Make
from kgan.testing.configurable import check_config_survives_json

SIZE = (48, 40)


def check_patients_are_listed(make: Make) -> None:
    """Patients are at least one, each once, sorted, and the same on a second call."""
    reader = make()
    patients = reader.patients()
    assert len(patients) > 0, "no patient"
    assert list(patients) == sorted(set(patients)), (
        f"expected each patient once, sorted; received {patients[:5]}"
    )
    assert reader.patients() == patients == make().patients(), "another list on a second call"


def check_slices_keep_the_request(make: Make) -> None:
    """Images are (n, height, width, channels) float32 in [0, 1], of slices that were requested, in order."""
    reader = make()
    for request in (_request(reader, None), _request(reader, SIZE)):
        slices = _read(reader, request)
        requested = set(request.indices())
        assert set(slices.indices.tolist()) <= requested, "slices that were not requested"
        assert (np.diff(slices.indices) > 0).all(), "slice indices that do not ascend"
        height, width = request.image_size or slices.images.shape[1:3]
        expected = (len(slices.indices), height, width, len(request.sequences))
        assert slices.images.shape == expected, f"images of shape {slices.images.shape}; expected {expected}"
        assert slices.images.dtype == np.float32, f"images: {slices.images.dtype}; expected float32"
        low, high = slices.images.min(), slices.images.max()
        assert low >= 0.0 and high <= 1.0, f"images from {low:g} to {high:g}; expected [0, 1]"


def check_masks_fit_their_images(make: Make) -> None:
    """Masks, areas, labels, file names and faults, where there are any, fit the images and each other."""
    reader = make()
    slices = _read(reader, _request(reader, SIZE))
    count = len(slices.indices)
    if slices.masks is not None:
        assert slices.masks.shape == slices.images.shape[:3], f"masks of shape {slices.masks.shape}"
        known = set(np.unique(slices.masks).tolist())
        assert slices.masks.dtype == np.uint8, f"masks: {slices.masks.dtype}; expected uint8"
        assert known <= {0, 1, 2, 3, 4}, f"mask labels {sorted(known)}; expected 0, 1, 2, 3 or 4"
    if slices.tumor_area is not None:
        assert (slices.tumor_area >= 0).all(), "negative tumour areas"
        assert slices.indices.max() < len(slices.tumor_area), "fewer tumour areas than slices of the axis"
    if slices.labels is not None:
        assert slices.labels.shape == (count,), f"labels of shape {slices.labels.shape} for {count} images"
        classes, most = len(reader.classes), slices.labels.max(initial=-1)
        assert most < classes, f"label {most}; expected less than {classes}, the number of classes"
    assert len(slices.files) in (0, count), f"{len(slices.files)} file names for {count} images"
    both = set(slices.faults) & set(slices.indices.tolist())
    assert not both, f"slices {sorted(both)} are both given and faults"


def check_reading_is_repeatable(make: Make) -> None:
    """The same patient and request give the same images, also from another instance."""
    first, other = make(), make()
    request = _request(first, SIZE)
    images = _read(first, request).images
    assert np.array_equal(images, _read(first, request).images), "other images the second time"
    assert np.array_equal(images, _read(other, request).images), "other images from another instance"
    assert first.fingerprint() == other.fingerprint(), "another fingerprint from another instance"


def _request(reader: Reader, size: tuple[int, int] | None) -> SliceRequest:
    known = reader.sequences
    sequences = SliceRequest.sequences if not known or "t1c" in known else known[:1]
    return SliceRequest(sequences, first=70, last=80, step=5, image_size=size)


def _read(reader: Reader, request: SliceRequest) -> PatientSlices:
    slices = reader.read(reader.patients()[0], request)
    assert slices.patient == reader.patients()[0], (
        f"read {reader.patients()[0]!r}, received {slices.patient!r}"
    )
    return slices


READER = (
    check_config_survives_json,
    check_patients_are_listed,
    check_slices_keep_the_request,
    check_masks_fit_their_images,
    check_reading_is_repeatable,
)
