import json

import pytest
from fabricated.curated_run import curated_run

from kgan.analyses.curation.decisions_file import read_decisions
from kgan.cli import main


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return curated_run(tmp_path_factory.mktemp("run") / "two")


def kgan(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        main(["curation", *map(str, arguments)])
    said = capsys.readouterr()
    return caught.value.code, said.out, said.err


def test_a_page_for_each_curated_pool(run, capsys, tmp_path):
    status, out, err = kgan(capsys, "build", run)
    assert (status, err) == (0, "")
    page = run / "curation" / "pggan_good" / "decide.html"
    assert f"{page}: 48 images in 8 clusters" in out
    assert "Curation · PGGAN" in page.read_text(encoding="utf-8")
    kgan(capsys, "build", run, "pggan_good", "--out", tmp_path)
    assert (tmp_path / "pggan_good" / "decide.html").read_bytes() == page.read_bytes()


def test_unknown_pools_are_refused(run, capsys):
    status, _, err = kgan(capsys, "build", run, "pggan_god")
    assert status == 2
    assert "no curated pool 'pggan_god'; did you mean 'pggan_good'?; there are: pggan_good" in err


def test_a_folder_that_is_no_run_is_refused(tmp_path, capsys):
    status, _, err = kgan(capsys, "build", tmp_path)
    assert status == 2 and "no record of a run" in err


def test_a_run_without_clusters_is_refused(run, tmp_path, capsys):
    (tmp_path / "run.json").write_text(json.dumps({"recipe": {}, "steps": {"prepare": {"id": "0"}}}))
    (tmp_path / "steps").symlink_to(run / "steps")
    status, _, err = kgan(capsys, "build", tmp_path)
    assert status == 2 and "no pool in clusters; expected a recipe with 'curations'" in err


@pytest.fixture
def two(run, tmp_path):
    """Two people's files: the second discards cluster 0 too, and leaves cluster 7 open."""
    source = run / "steps" / "curate-pggan_good" / "0" / "decisions.json"
    for name, discarded in (("a", {1}), ("b", {0, 1})):
        found = json.loads(source.read_text())
        found["decided_by"] = name.upper()
        for cluster in found["clusters"]:
            cluster["keep"] = cluster["id"] not in discarded
        if name == "b":
            found["clusters"][7]["open"] = True
        (tmp_path / f"{name}.json").write_text(json.dumps(found))
    return tmp_path / "a.json", tmp_path / "b.json"


def test_two_people_s_decisions_are_compared_and_merged(two, tmp_path, capsys):
    status, out, err = kgan(capsys, "merge", *two, "--out", tmp_path / "both.json")
    assert (status, err) == (0, "")
    # Of 7 clusters: 5 kept and 1 discarded by both; by chance p = (6*5 + 1*2) / 49; κ = (6/7 - p) / (1 - p).
    assert "A and B, on 7 clusters: Cohen's kappa 0.59 [" in out
    assert "both keep 5, both discard 1, disputed 1 (clusters 0)" in out
    assert "6 of 8 clusters are kept" in out
    merged = read_decisions(tmp_path / "both.json")
    assert [one.keep for one in merged.clusters] == [False, False] + [True] * 6
    assert merged.decided_by == "A and B"


def test_disputed_clusters_may_be_kept(two, tmp_path, capsys):
    kgan(capsys, "merge", *two, "--out", tmp_path / "both.json", "--disputed", "keep")
    assert read_decisions(tmp_path / "both.json").clusters[0].keep


def test_undefined_kappa_is_said(two, tmp_path, capsys):
    found = json.loads(two[0].read_text())
    for cluster in found["clusters"]:
        cluster["keep"] = True
    two[0].write_text(json.dumps(found))
    _, out, _ = kgan(capsys, "merge", two[0], two[0])
    assert "Cohen's kappa is undefined, as all decisions are the same" in out


def test_a_foreign_file_is_refused(two, capsys):
    found = json.loads(two[1].read_text())
    found["pool"]["digest"] = "f" * 64
    two[1].write_text(json.dumps(found))
    status, _, err = kgan(capsys, "merge", *two)
    assert status == 2 and "the two files are of different pools" in err
