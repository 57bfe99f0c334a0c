import json

import pytest

from kgan.pipeline.records import manifest

MADE_OF = {"id": "0", "kind": "prepare", "settings": {"seed": 1}}
RECORD = {"step": "prepare", "id": "0", "kind": "prepare", "made_of": MADE_OF}


@pytest.fixture
def folder(tmp_path):
    for name, text in {"a.csv": "a", "deep/b.csv": "bb", "checkpoints/1": "scratch"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    manifest.write(tmp_path, {**RECORD, "outputs": manifest.outputs(tmp_path)})
    return tmp_path


def test_outputs_are_all_files_but_the_manifest_and_checkpoints(folder):
    outputs = manifest.outputs(folder)
    assert {name: output["bytes"] for name, output in outputs.items()} == {"a.csv": 1, "deep/b.csv": 2}
    # printf a | sha256sum
    assert outputs["a.csv"]["sha256"].startswith("ca978112ca1bbdca")


def test_a_manifest_is_read_as_it_was_written(folder):
    assert manifest.read(folder) == {**RECORD, "outputs": manifest.outputs(folder)}


def test_one_changed_value_makes_it_unreadable(folder):
    path = folder / manifest.FILE
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "kind": "generate"}))
    assert manifest.read(folder) is None


def test_a_folder_without_one_has_none(tmp_path):
    assert manifest.read(tmp_path) is None


@pytest.mark.parametrize(
    "record",
    [
        {"outputs": {"../a.csv": {}}},
        {"outputs": {"/a.csv": {}}},
        {"outputs": {}, "publish": {"results/a.csv": "a.csv"}},
        {"outputs": {}, "facts": {"withdraw": [".."]}},
        {"outputs": {}, "facts": []},
    ],
    ids=["above", "absolute", "not an output", "withdraws above", "no facts"],
)
def test_one_that_reaches_beyond_its_folder_counts_as_damaged(tmp_path, record):
    manifest.write(tmp_path, record)
    assert manifest.read(tmp_path) is None


def test_a_folder_of_outputs_may_be_published_whole(tmp_path):
    record = {"outputs": {"deep/b.csv": {}}, "publish": {"results/deep": "deep"}}
    manifest.write(tmp_path, record)
    assert manifest.read(tmp_path) == record


def test_a_manifest_of_another_step_says_by_what(folder):
    record = manifest.read(folder)
    assert manifest.foreign(record, "prepare", MADE_OF) is None
    assert manifest.foreign(record, "prepare-2", MADE_OF) == "its manifest is of another step (step)"
    other = {**MADE_OF, "id": "1"}
    assert manifest.foreign(record, "prepare", other) == "its manifest is of another step (id, made_of)"


def test_an_output_that_is_gone_or_cut_short_is_missing_and_one_of_other_bytes_is_damaged(folder):
    record = manifest.read(folder)
    assert (manifest.missing(folder, record), manifest.damaged(folder, record)) == (None, None)
    (folder / "deep" / "b.csv").write_text("bc")
    assert (manifest.missing(folder, record), manifest.damaged(folder, record)) == (None, "deep/b.csv")
    (folder / "a.csv").unlink()
    assert (manifest.missing(folder, record), manifest.damaged(folder, record)) == ("a.csv", "a.csv")


def test_outputs_that_were_let_go_are_not_missed_but_cannot_be_used(folder):
    before = manifest.read(folder)
    manifest.release(folder, ["deep/b.csv"])
    record = manifest.read(folder)
    assert record == {**before, "released": ["deep/b.csv"]}
    assert not (folder / "deep" / "b.csv").exists() and (folder / "a.csv").exists()
    assert manifest.missing(folder, record) is None
    assert manifest.damaged(folder, record) == "deep/b.csv"
    manifest.release(folder, ["deep/b.csv", "a.csv"])
    assert manifest.read(folder)["released"] == ["a.csv", "deep/b.csv"]


@pytest.mark.parametrize("names", [["manifest.json"], ["../x"], ["a.csv"]], ids=["own", "above", "published"])
def test_nothing_else_is_let_go(folder, names):
    manifest.write(folder, {**manifest.read(folder), "publish": {"results/a.csv": "a.csv"}})
    with pytest.raises(ValueError, match="expected a finished step with outputs"):
        manifest.release(folder, names)
    assert (folder / "a.csv").exists() and "released" not in manifest.read(folder)


def test_a_release_of_what_is_no_output_counts_as_damaged(tmp_path):
    manifest.write(tmp_path, {"outputs": {}, "released": ["pool.h5"]})
    assert manifest.read(tmp_path) is None
