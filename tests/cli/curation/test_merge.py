import json

import pytest

from kgan.analyses.curation.decisions_file import read_decisions


@pytest.fixture
def two(run, tmp_path):
    """Two people's files: the second discards cluster 0 too, and leaves cluster 7 open."""
    source = run / "steps" / "curate-pggan_good" / "0" / "decisions.json"
    for name, discarded in (("a", {1}), ("b", {0, 1})):
        result = json.loads(source.read_text())
        result["decided_by"] = name.upper()
        for cluster in result["clusters"]:
            cluster["keep"] = cluster["id"] not in discarded
        if name == "b":
            result["clusters"][7]["open"] = True
        (tmp_path / f"{name}.json").write_text(json.dumps(result))
    return tmp_path / "a.json", tmp_path / "b.json"


def test_two_people_s_decisions_are_compared_and_merged(kgan, two, tmp_path):
    status, out, err = kgan("curation", "merge", *two, "--out", tmp_path / "both.json")
    assert (status, err) == (0, "")
    # Of 7 clusters: 5 kept and 1 discarded by both; by chance p = (6*5 + 1*2) / 49; κ = (6/7 - p) / (1 - p).
    assert "A and B, on 7 clusters: Cohen's kappa 0.59 [" in out
    assert "both keep 5, both discard 1, disputed 1 (clusters 0)" in out
    assert "6 of 8 clusters are kept" in out
    merged = read_decisions(tmp_path / "both.json")
    assert [item.keep for item in merged.clusters] == [False, False] + [True] * 6
    assert merged.decided_by == "A and B"


def test_disputed_clusters_may_be_kept(kgan, two, tmp_path):
    kgan("curation", "merge", *two, "--out", tmp_path / "both.json", "--disputed", "keep")
    assert read_decisions(tmp_path / "both.json").clusters[0].keep


def test_undefined_kappa_is_reported(kgan, two, tmp_path):
    result = json.loads(two[0].read_text())
    for cluster in result["clusters"]:
        cluster["keep"] = True
    two[0].write_text(json.dumps(result))
    _, out, _ = kgan("curation", "merge", two[0], two[0])
    assert "Cohen's kappa is undefined, because all decisions are the same" in out


def test_a_foreign_file_is_refused(kgan, two):
    result = json.loads(two[1].read_text())
    result["pool"]["digest"] = "f" * 64
    two[1].write_text(json.dumps(result))
    status, _, err = kgan("curation", "merge", *two)
    assert status == 2 and "the two files are of different pools" in err
