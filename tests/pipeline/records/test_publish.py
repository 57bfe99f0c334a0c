from kgan.pipeline.records import manifest
from kgan.pipeline.records.publish import publish


def step(place, publishes, **files):
    for name, text in files.items():
        path = place / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    manifest.write(place, {"outputs": manifest.outputs(place), "publish": publishes})


def test_files_and_folders_are_copied_once(tmp_path):
    place, root = tmp_path / "step", tmp_path / "root"
    step(place, {"results/a.csv": "a", "models/m/1": "m"}, a="1", m__x="2", m__deep__y="3")
    publish(place, root)
    assert (root / "results/a.csv").read_text() == "1"
    assert (root / "models/m/1/deep/y").read_text() == "3"
    before = (root / "results/a.csv").stat().st_ino
    publish(place, root)
    assert (root / "results/a.csv").stat().st_ino == before


def test_a_changed_copy_is_brought_up_to_date(tmp_path):
    place, root = tmp_path / "step", tmp_path / "root"
    step(place, {"a.csv": "a"}, a="1")
    publish(place, root)
    (root / "a.csv").write_text("spoilt")
    publish(place, root)
    assert (root / "a.csv").read_text() == "1"


def test_of_a_withdrawn_folder_what_is_published_there_stays(tmp_path):
    place, root = tmp_path / "step", tmp_path / "root"
    step(place, {"montages": "m"}, m__one="new")
    manifest.write(place, {**manifest.read(place), "facts": {"withdraw": ["montages"]}})
    (root / "montages").mkdir(parents=True)
    for name in ("one", "two"):
        (root / "montages" / name).write_text("old")
    publish(place, root)
    before = (root / "montages/one").stat().st_ino
    publish(place, root)
    assert [path.name for path in (root / "montages").iterdir()] == ["one"]
    assert (root / "montages/one").read_text() == "new"
    assert (root / "montages/one").stat().st_ino == before


def test_a_withdrawn_file_that_is_published_now_stays(tmp_path):
    place, root = tmp_path / "step", tmp_path / "root"
    step(place, {"a.csv": "a"}, a="1")
    manifest.write(place, {**manifest.read(place), "facts": {"withdraw": ["a.csv"]}})
    publish(place, root)
    before = (root / "a.csv").stat().st_ino
    publish(place, root)
    assert (root / "a.csv").stat().st_ino == before


def test_what_is_withdrawn_leaves_the_root(tmp_path):
    place, root = tmp_path / "step", tmp_path / "root"
    step(place, {"a.csv": "a"}, a="1")
    for name in ("models/m/1/x", "models/other/1/x", "models/old.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("old")
    withdrawn = ["models/m", "models/old.txt", "models/never"]
    manifest.write(place, {**manifest.read(place), "facts": {"withdraw": withdrawn}})
    publish(place, root)
    left = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    assert left == ["a.csv", "models/other/1/x"]
