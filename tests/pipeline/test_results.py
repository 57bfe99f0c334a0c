"""Folders of steps: filled, finished, read again, withdrawn."""

import pytest
from fabricated.steps import step

from kgan.pipeline.execution.backend import Outcome
from kgan.pipeline.records import manifest
from kgan.pipeline.results import Results


@pytest.fixture
def results(tmp_path):
    return Results((step("a", "kind"), step("b", "kind", ("a",))), tmp_path)


def finish(results, name, text="text", **facts):
    folder = results.begin(name, withdrawing=False)
    (folder / "out.txt").write_text(text)
    outcome = Outcome(facts, 1.5, 20, manifest.outputs(folder), {"threads": 2})
    results.finish(name, outcome, {})
    return results.place(name)


def test_a_finished_folder_says_what_made_it_and_where(results):
    place = finish(results, "a", n=3)
    record = manifest.read(place)
    assert (record["step"], record["seconds"], record["peak_memory_mb"], record["threads"]) == (
        "a",
        1.5,
        20,
        2,
    )
    assert record["outputs"]["out.txt"]["bytes"] == 4
    assert not results.partial("a").exists()


def test_a_changed_file_is_found(results):
    place = finish(results, "a")
    assert results.harm("a") is None
    (place / "out.txt").write_text("TEXT")
    assert results.harm("a") == "out.txt"
    (place / "manifest.json").unlink()
    assert results.harm("a") == "its manifest"


def test_what_it_did_not_write_cannot_be_published(results):
    with pytest.raises(RuntimeError, match="publishes what it did not write"):
        finish(results, "a", publish={"x.txt": "other.txt"})


def test_a_damaged_result_and_what_it_published_are_removed(results, tmp_path):
    finish(results, "a", publish={"x.txt": "out.txt"})
    results.publish("a")
    assert results.is_published("a") and (tmp_path / "x.txt").read_text() == "text"
    results.begin("a", withdrawing=True)
    assert not results.place("a").exists() and not (tmp_path / "x.txt").exists()
    assert list(results.partial("a").iterdir()) == []


def test_a_step_that_is_left_out_has_no_files(results):
    folder = results.begin("b", withdrawing=False)
    (folder / "half.txt").write_text("half")
    results.finish("b", results.leave_out("b", "too few"), {})
    record = manifest.read(results.place("b"))
    assert record["facts"] == {"left_out": "too few", "withdraw": []} and record["outputs"] == {}
