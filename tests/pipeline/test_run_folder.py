from kgan.files.columns import Count, Row, Text
from kgan.pipeline.run_folder import read_steps, read_table


def test_manifests_are_read_in_order(tmp_path):
    about = {"does": "train_gan", "facts": {"images": 3}, "seconds": 2, "publish": {"a.png": "b.png"}}
    manifests = {"train-pggan-tumor": about, "prepare": {"does": "prepare", "facts": None}}
    inputs = {name: tmp_path / name for name in ("prepare", "train-pggan-tumor", "lost")}
    steps = read_steps(inputs, manifests)
    assert [step.kind for step in steps] == ["prepare", "train_gan", "lost"]
    assert steps.first("prepare").facts == {}
    (trained,) = steps.that("train_gan")
    assert (trained.facts, trained.seconds, trained.published) == ({"images": 3}, 2.0, ("a.png",))
    assert steps.first("export") is None


def test_a_missing_table_has_no_rows(tmp_path):
    class Pair(Row):
        a: Count
        b: Text

    assert read_table(tmp_path / "none.csv", Pair) == []
    (tmp_path / "a.csv").write_text("a,b\n1,\n")
    assert read_table(tmp_path / "a.csv", Pair) == [Pair(a="1", b="")]
