import csv

from kgan.training.log import TrainingLog


def test_a_resumed_log_drops_what_came_after_the_checkpoint(tmp_path):
    log = TrainingLog(tmp_path / "log.csv", None)
    for step in (10, 20, 30):
        log.add(step, "4", {"loss": step / 3})
    log.write()
    again = TrainingLog(tmp_path / "log.csv", 20)
    again.add(30, "8", {"loss": 1.0, "penalty": 2.0})
    again.write()
    rows = list(csv.DictReader((tmp_path / "log.csv").read_text().splitlines()))
    assert [(row["step"], row["phase"], row["loss"], row["penalty"]) for row in rows] == [
        ("10", "4", "3.33333", ""),
        ("20", "4", "6.66667", ""),
        ("30", "8", "1", "2"),
    ]


def test_a_new_training_starts_a_new_log(tmp_path):
    (tmp_path / "log.csv").write_text("step,phase,loss\n10,4,1\n")
    log = TrainingLog(tmp_path / "log.csv", None)
    log.write()
    assert (tmp_path / "log.csv").read_text() == "step,phase\n"


def test_a_training_taken_up_in_its_warm_up_keeps_the_rows_before(tmp_path):
    (tmp_path / "log.csv").write_text("step,phase,loss\n-20,alone,1\n0,alone,2\n20,together,3\n")
    assert [row["step"] for row in TrainingLog(tmp_path / "log.csv", 0).rows] == ["-20", "0"]
