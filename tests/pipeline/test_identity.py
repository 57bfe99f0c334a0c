import pytest

from kgan.pipeline.identity import identities
from kgan.plan.plan import Step


def test_other_weights_under_the_same_name_are_another_classifier(tmp_path, monkeypatch):
    monkeypatch.setattr("kgan.pipeline.identity._version", lambda kind, name: "1")
    weights = tmp_path / "weights.h5"
    classifier = {"plugin": "x", "parameters": {"weights": str(weights)}}
    step = Step("classify-a", "classify", (), {"classifier": classifier})
    weights.write_bytes(b"one")
    before = identities([step])["classify-a"]["id"]
    assert identities([step])["classify-a"]["id"] == before
    weights.write_bytes(b"two")
    assert identities([step])["classify-a"]["id"] != before


def test_other_decisions_under_the_same_name_are_another_curation(tmp_path):
    decisions = tmp_path / "decisions.json"
    settings = {"decisions": str(decisions), "features": {"network": "densenet169", "weights": "imagenet"}}
    step = Step("curate-a", "curate", (), settings)
    decisions.write_text("one")
    before = identities([step])["curate-a"]["id"]
    assert identities([step])["curate-a"]["id"] == before
    decisions.write_text("two")
    assert identities([step])["curate-a"]["id"] != before


@pytest.mark.parametrize("part", [lambda features: features, lambda features: {"distances": features}])
def test_other_weights_of_the_features_are_other_measures(part, tmp_path):
    weights = tmp_path / "weights.h5"
    settings = part({"features": {"network": "densenet169", "weights": str(weights)}})
    step = Step("measure", "measure", (), settings)
    weights.write_bytes(b"one")
    before = identities([step])["measure"]["id"]
    assert identities([step])["measure"]["id"] == before
    weights.write_bytes(b"two")
    assert identities([step])["measure"]["id"] != before
