import fcntl
import json

import pytest

from kgan.cli.runs.clean import size
from kgan.pipeline.records import manifest


@pytest.fixture
def folder(tmp_path):
    """A finished run of a pool and a report, and a pool that was replaced."""
    for name, number in (("generate-x", "1"), ("generate-x", "0"), ("report", "1")):
        place = tmp_path / "steps" / name / number
        place.mkdir(parents=True)
        (place / "model").write_text("kept")
        (place / "pool.h5").write_bytes(bytes(2_000_000))
        publish = {"report.html": "pool.h5"} if name == "report" else {}
        manifest.write(place, {"outputs": manifest.outputs(place), "publish": publish})
    steps = {"generate-x": {"id": "1"}, "report": {"id": "1"}}
    (tmp_path / "run.json").write_text(json.dumps({"steps": steps}))
    return tmp_path


def pools(folder):
    return sorted(path.parent.relative_to(folder / "steps").as_posix() for path in folder.rglob("pool.h5"))


def test_dry_run_shows_and_deletes_nothing(kgan, folder):
    status, out, err = kgan("clean", folder, "--dry-run")
    assert (status, err) == (0, "")
    assert "steps/generate-x/0          replaced by a later result" in out
    assert "steps/generate-x/1/pool.h5  its models make it again" in out
    assert out.endswith("4 MB would be freed; nothing was deleted\n")
    assert pools(folder) == ["generate-x/0", "generate-x/1", "report/1"]


def test_yes_deletes_what_is_shown(kgan, folder):
    status, out, _ = kgan("clean", folder, "--yes")
    assert status == 0 and out.endswith("4 MB freed\n")
    assert pools(folder) == ["report/1"]
    assert (folder / "steps" / "generate-x" / "1" / "model").is_file()
    assert kgan("clean", folder, "--yes") == (0, f"nothing to delete in {folder}\n", "")


@pytest.mark.parametrize(("answer", "left"), [("y\n", 1), ("n\n", 3), ("", 3)])
def test_it_asks_first(kgan, folder, monkeypatch, answer, left):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    status, out, _ = kgan("clean", folder)
    assert "Delete these, 4" in out
    assert len(pools(folder)) == left
    assert status == (0 if left == 1 else 130)


def test_a_run_that_is_at_work_is_left_alone(kgan, folder):
    with open(folder / "run.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        status, _, err = kgan("clean", folder, "--yes")
    assert status == 2 and "another kgan run" in err
    assert len(pools(folder)) == 3


def test_other_folders_are_refused_in_one_line(kgan, tmp_path):
    status, out, err = kgan("clean", tmp_path)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and "no record of a run; expected the folder that 'kgan run' wrote" in err


@pytest.mark.parametrize(("count", "text"), [(0, "0 bytes"), (12_345, "12.3 kB"), (2e13, "20 TB")])
def test_sizes_have_units(count, text):
    assert size(count) == text
