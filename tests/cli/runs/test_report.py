def test_the_text_is_written_into_the_run(kgan, small_run, tmp_path):
    run = small_run(tmp_path / "run")
    status, out, _ = kgan("report", run, "--format", "md")
    assert status == 0 and out.strip() == str(run / "report.md")
    text = (run / "report.md").read_text()
    assert "PGGAN was trained on the training images alone" in text and "## CLAIM 2024" in text


def test_elsewhere(kgan, small_run, tmp_path):
    status, _, _ = kgan("report", small_run(tmp_path / "run"), "--out", tmp_path / "text.md")
    assert status == 0 and (tmp_path / "text.md").is_file() and not (tmp_path / "run/report.md").exists()


def test_what_is_no_run_is_refused(kgan, tmp_path):
    status, _, err = kgan("report", tmp_path)
    assert status == 2 and "no record of a run" in err
