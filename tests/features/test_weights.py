from types import SimpleNamespace

import numpy as np
import pytest

from kgan.errors import DataError
from kgan.features import weights


def test_digest_follows_numbers_alone():
    first = {"a": [np.zeros(3)], "b": [np.ones((2, 2))]}
    again = {"b": [np.ones((2, 2))], "a": [np.zeros(3)]}
    other = {"a": [np.zeros(3)], "b": [np.eye(2)]}
    assert weights.digest(first) == weights.digest(again) != weights.digest(other)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="no such weights file"):
        weights.read(tmp_path / "nowhere.h5")


def test_origin_is_reported():
    assert weights.origin_of("imagenet") == "Keras's ImageNet weights"
    assert weights.origin_of("a/b.h5") == "a/b.h5"


def test_random_weights_stand_for_published_ones_within_a_block():
    requested = []

    def application(weights, include_top):
        requested.append(weights)
        return SimpleNamespace(layers=[])

    with weights.random_weights():
        weights.fetch(application, "failure", "way out")
    weights.fetch(application, "failure", "way out")
    assert requested == [None, "imagenet"]
