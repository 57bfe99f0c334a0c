"""Which images a setup's classifier learns from."""

import numpy as np
import pytest
from fabricated.core_settings import classify_settings, source
from fabricated.preparation import preparation

from kgan.data.store.gan_view import CenterCropped
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.schema.data import Classic
from kgan.steps.classification.classifier_sources import open_store, real_subset, sources_of


@pytest.fixture
def prepared(tmp_path):
    return preparation(tmp_path / "p")


def subset(prepared, *sources, seed=1):
    store = ImageStore(prepared / "train.h5")
    return store, real_subset(store, store.patients, classify_settings(*sources, seed=seed))


def test_without_a_number_all_real_images_are_used(prepared):
    assert subset(prepared, source("real"))[1] is None
    assert subset(prepared, source("pool", 4))[1] is None


def test_some_images_are_drawn_by_the_seed(prepared):
    _, indices = subset(prepared, source("real", 20))
    assert len(set(indices.tolist())) == 20 and (np.diff(indices) > 0).all()
    np.testing.assert_array_equal(indices, subset(prepared, source("real", 20))[1])
    assert not np.array_equal(indices, subset(prepared, source("real", 20), seed=2)[1])


def test_fewer_patients_are_among_more(prepared):
    owners = []
    for patients in (2, 0.5, 6):
        store, indices = subset(prepared, source("real", patients=patients))
        owners.append(set(store.patients[indices]))
    assert [len(names) for names in owners] == [2, 3, 6]
    assert owners[0] < owners[1] < owners[2]


def test_more_patients_than_there_are_are_refused(prepared):
    with pytest.raises(DataError, match="7 training patients are requested and 6 have images"):
        subset(prepared, source("real", patients=7))


def test_classic_augmentation_starts_from_the_real_images_of_the_setup(prepared):
    settings = classify_settings(source("real", 20), source("classic", 9), classic=Classic())
    context = StepContext("classify", settings, {"prepare": prepared}, prepared)
    real, classic = sources_of(context, ImageStore(prepared / "train.h5"))
    assert (real.name, len(real), classic.name, len(classic)) == ("real", 20, "classic", 9)
    assert set(classic.origins(np.arange(9)).tolist()) <= set(real.indices.tolist())


def test_images_are_cut_where_the_settings_say_so(prepared):
    cut = open_store(prepared / "test.h5", classify_settings(image_size=(4, 4), center_crop=True))
    assert isinstance(cut, CenterCropped) and cut.image_shape == (4, 4, 1)
    assert open_store(prepared / "test.h5", classify_settings()).image_shape == (8, 8, 1)


def control_sources(folder, *sources, seed=1):
    settings = classify_settings(*sources, seed=seed)
    context = StepContext("classify", settings, {"prepare": folder}, folder)
    return sources_of(context, ImageStore(folder / "train.h5"))


def test_further_images_are_those_of_the_further_part_half_of_each_class(tmp_path):
    folder = preparation(tmp_path / "p", further=(30, 20))
    real, some, whole = control_sources(
        folder, source("real"), source("further_real", 24), source("further_real")
    )
    assert (some.name, len(some), len(whole), len(real)) == ("further_real", 24, 50, 70)
    assert np.bincount(some.labels).tolist() == [12, 12]
    assert {name.partition("-")[0] for name in some.store.patients[some.indices]} == {"further"}
    (again,) = control_sources(folder, source("further_real", 24))
    (other,) = control_sources(folder, source("further_real", 24), seed=2)
    np.testing.assert_array_equal(again.indices, some.indices)
    assert not np.array_equal(other.indices, some.indices)


def test_permuted_labels_are_of_the_real_images_of_the_setup(prepared):
    real, permuted = control_sources(prepared, source("real", 20), source("permuted_labels"))
    np.testing.assert_array_equal(permuted.indices, real.indices)
    assert np.bincount(permuted.labels).tolist() == np.bincount(real.labels).tolist()
    _, some = control_sources(prepared, source("real"), source("permuted_labels", 40))
    assert np.bincount(some.labels).tolist() == [20, 20]


def test_noise_has_the_channels_and_classes_of_the_real_images(prepared):
    (noise,) = control_sources(prepared, source("noise", 12))
    assert noise.fetch(np.arange(12), (8, 8)).shape == (12, 8, 8, 1)
    assert np.bincount(noise.labels).tolist() == [6, 6]
