import pytest
from pydantic import ValidationError

from kgan.analyses.fidelity.settings import Distances
from kgan.analyses.memorization.settings import Privacy


def test_no_gate_by_default():
    assert Privacy().max_auc is None
    assert Privacy(max_auc=0.7, features={"network": "resnet50"}).features.network == "resnet50"


@pytest.mark.parametrize("wrong", [{"max_auc": 0.4}, {"max_auc": 1.1}, {"features": "pixel"}, {"auc": 0.7}])
def test_what_is_no_gate_is_refused(wrong):
    with pytest.raises(ValidationError):
        Privacy(**wrong)


def test_distances_have_plain_settings():
    assert Distances().model_dump() == {"features": "random", "neighbours": 5, "images": 500, "draws": 100}
    with pytest.raises(ValidationError):
        Distances(neighbours=0)
