from kgan.analyses.memorization.tables import PATIENTS, POOLS, PatientScore, PoolResult, pairs_file


def test_a_result_without_numbers_has_empty_fields(tmp_path):
    rows = [PoolResult(pool="gan", class_name="tumor", max_auc=0.8, closed=True, note="no image")]
    POOLS.write(tmp_path, rows)
    header, line = (tmp_path / "privacy.csv").read_text().splitlines()
    assert header.startswith("pool,class,features,auc,low,high,nearer,") and header.endswith("closed,note")
    assert line == "gan,tumor" + "," * 14 + ",0.8,yes,no image"
    assert POOLS.read(tmp_path) == rows


def test_scores_are_read_as_they_were_written(tmp_path):
    rows = [
        PatientScore(
            pool="gan", class_name="", features="pixels", patient="p1", images=3, membership_score=0.5,
            distance=1.25, scan="p1-b", slice_number=-1, synthetic=7,
        )
    ]  # fmt: skip
    PATIENTS.write(tmp_path, rows)
    header, line = (tmp_path / PATIENTS.file).read_text().splitlines()
    assert header == "pool,class,features,patient,images,membership_score,distance,scan,slice,synthetic"
    assert line == "gan,,pixels,p1,3,0.5,1.25,p1-b,-1,7"
    assert PATIENTS.read(tmp_path) == rows


def test_each_pool_has_a_figure():
    assert pairs_file("pggan") == "pairs-pggan.png"
