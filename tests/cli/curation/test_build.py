import json


def test_a_page_for_each_curated_pool(kgan, run, tmp_path):
    status, out, err = kgan("curation", "build", run)
    assert (status, err) == (0, "")
    page = run / "curation" / "pggan_good" / "decide.html"
    assert f"{page}: 48 images in 8 clusters" in out
    assert "Curation · PGGAN" in page.read_text(encoding="utf-8")
    kgan("curation", "build", run, "pggan_good", "--out", tmp_path)
    assert (tmp_path / "pggan_good" / "decide.html").read_bytes() == page.read_bytes()


def test_unknown_pools_are_refused(kgan, run):
    status, _, err = kgan("curation", "build", run, "pggan_god")
    assert status == 2
    assert "no curated pool 'pggan_god'; did you mean 'pggan_good'?; there are: pggan_good" in err


def test_a_folder_that_is_no_run_is_refused(kgan, tmp_path):
    status, _, err = kgan("curation", "build", tmp_path)
    assert status == 2 and "no record of a run" in err


def test_a_run_without_clusters_is_refused(kgan, run, tmp_path):
    (tmp_path / "run.json").write_text(json.dumps({"recipe": {}, "steps": {"prepare": {"id": "0"}}}))
    (tmp_path / "steps").symlink_to(run / "steps")
    status, _, err = kgan("curation", "build", tmp_path)
    assert status == 2 and "no clustered pool; expected a recipe with 'curations'" in err
