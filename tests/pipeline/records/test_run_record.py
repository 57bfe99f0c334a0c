import json

from kgan import __version__
from kgan.pipeline.records import manifest
from kgan.pipeline.records.run_record import write_record
from kgan.pipeline.state.status import Standing


def test_the_record_holds_the_recipe_and_what_each_step_cost(tmp_path):
    done, waiting = tmp_path / "prepare", tmp_path / "train"
    done.mkdir()
    manifest.write(done, {"outputs": {}, "seconds": 2.5, "peak_memory_mb": 300, "settings": {"seed": 1}})
    steps = [
        Standing("prepare", "0a", done, True, "finished"),
        Standing("train", "0b", waiting, False, "not run yet"),
    ]
    write_record(tmp_path, {"name": "boards", "seed": 5}, steps, finished=False)
    record = json.loads((tmp_path / "run.json").read_text())
    assert (record["recipe"], record["finished"], record["kgan"]) == (
        {"name": "boards", "seed": 5}, False, __version__
    )  # fmt: skip
    assert record["steps"] == {
        "prepare": {"id": "0a", "finished_step": True, "seconds": 2.5, "peak_memory_mb": 300},
        "train": {"id": "0b", "finished_step": False},
    }


def test_a_later_record_replaces_the_first(tmp_path):
    for finished in (False, True):
        write_record(tmp_path, {"seed": finished}, [], finished=finished)
    record = json.loads((tmp_path / "run.json").read_text())
    assert (record["recipe"], record["finished"], record["steps"]) == ({"seed": True}, True, {})
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
