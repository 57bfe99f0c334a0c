import dataclasses
import json

import numpy as np
import pytest

from kgan.analyses.curation.decisions import (
    ClusterDecision,
    Decisions,
    FeaturesMark,
    PoolMark,
    patient_marks,
    rounded,
)
from kgan.analyses.curation.decisions_file import as_json, read_decisions, write_decisions
from kgan.errors import DataError

POOL = PoolMark("pggan", ("non_tumor", "tumor"), (16, 16, 1), 30, "a" * 64)
FEATURES = FeaturesMark("pixels", "b" * 64)


def made(**changes):
    centroids = rounded(np.array([[0, 70_000.0], [3, 1e-3], [40, 5]]))
    clusters = (
        ClusterDecision(0, "tumor", True, 10, 1.5),
        ClusterDecision(1, "tumor", False, 8, 9.25),
        ClusterDecision(2, "non_tumor", True, 12, 2.0, open=True),
    )
    return dataclasses.replace(Decisions(POOL, FEATURES, clusters, centroids), **changes)


def test_a_file_says_what_was_written(tmp_path):
    decisions = made(exceptions={7: True, 3: False}, rule="a person", decided_by="Ä. B.", decided_at="2026")
    write_decisions(tmp_path / "d.json", decisions)
    result = read_decisions(tmp_path / "d.json")
    np.testing.assert_array_equal(result.centroids, decisions.centroids)
    for name in ("pool", "features", "clusters", "exceptions", "rule", "decided_by", "decided_at"):
        assert getattr(result, name) == getattr(decisions, name)
    assert as_json(result) == as_json(decisions)


def plain():
    return json.loads(json.dumps(as_json(made(exceptions={3: False}))))


def changed(change):
    result = plain()
    change(result)
    return json.dumps(result)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "no curation decisions: expected 'format': 'kgan-curation'"),
        ('{"format": "other"}', "no curation decisions"),
        (changed(lambda d: d.update(version=2)), "decisions of version 2; expected 1"),
        (changed(lambda d: d["clusters"][0].update(id=3)), "cluster 3 does not exist; expected 0 to 2"),
        (changed(lambda d: d["clusters"][0].update(id=1)), "cluster 1 stands there twice"),
        (changed(lambda d: d["clusters"].pop()), "1 of 3 clusters are missing, such as 2"),
        (changed(lambda d: d["clusters"][1].update(keep="no")), "'keep': expected true or false"),
        (changed(lambda d: d["clusters"][1].pop("id")), "'id': expected a whole number, received 'None'"),
        (
            changed(lambda d: d["clusters"][1].update({"class": "x"})),
            "class 'x' does not exist",
        ),
        (changed(lambda d: d["clusters"][1].update(distance=None)), "'distance': expected a number"),
        (changed(lambda d: d["clusters"][1].update(distance=10**400)), "'distance': expected a number"),
        (changed(lambda d: d["clusters"][1].update(distance=float("nan"))), "NaN is no number of JSON"),
        (changed(lambda d: d["clusters"][1].update(images=-5)), "'images': expected 0 or more"),
        (changed(lambda d: d["centroids"].update(dimension=-1)), "'centroids' are damaged"),
        (changed(lambda d: d.update(clusters=[4])), "expected a mapping with 'id'"),
        (changed(lambda d: d["exceptions"][0].update(image=30)), "image 30 does not exist; expected 0 to 29"),
        (changed(lambda d: d["exceptions"].append(d["exceptions"][0])), "image 3 stands there twice"),
        (changed(lambda d: d["centroids"].update(float16="%%")), "'centroids' are damaged"),
        (changed(lambda d: d["centroids"].update(dimension=4)), "'centroids' are damaged"),
        (changed(lambda d: d["centroids"].update(scales="AAAA")), "'centroids' are damaged"),
        (changed(lambda d: d["centroids"].update(scales=None)), "'scales': expected a text"),
        (changed(lambda d: d["pool"].update(image_shape=[4])), "'image_shape': expected"),
        (changed(lambda d: d.pop("pool")), "'pool': expected a mapping"),
        (changed(lambda d: d.pop("patients")), "'patients': expected a list"),
    ],
)
def test_files_that_say_nothing_usable_are_refused(text, says, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(text)
    with pytest.raises(DataError, match=says) as caught:
        read_decisions(path)
    assert "mine.json" in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_tells_whom_it_derives_from_and_spells_no_name(tmp_path):
    path = tmp_path / "d.json"
    write_decisions(path, made(patients=frozenset(patient_marks(["Jane Doe"]))))
    assert "Jane" not in path.read_text()
    assert read_decisions(path).patients == frozenset(patient_marks(["Jane Doe"]))
    assert not read_decisions(path).patients & frozenset(patient_marks(["John Doe"]))
    # Another spelling of the name is known too.
    assert read_decisions(path).patients & frozenset(patient_marks(["jane  doe"]))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="nowhere.json: there is no such file; expected the decisions.json"):
        read_decisions(tmp_path / "nowhere.json")
