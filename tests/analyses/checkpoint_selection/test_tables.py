from kgan.analyses.checkpoint_selection.tables import CANDIDATES, CandidateResult


def test_candidates_are_read_as_they_were_written(tmp_path):
    rows = [
        CandidateResult(
            steps=20, validation_accuracy=0.75, low=None, high=0.9, images=8, patients=2, chosen=True
        )
    ]
    CANDIDATES.write(tmp_path, rows)
    header, line = (tmp_path / "choice.csv").read_text().splitlines()
    assert header == "steps,validation_accuracy,low,high,images,patients,chosen"
    assert line == "20,0.75,,0.9,8,2,yes"
    assert CANDIDATES.read(tmp_path) == rows
