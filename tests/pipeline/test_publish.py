import json

from kgan.pipeline.publish import publish


def step(place, publishes, **files):
    for name, text in files.items():
        path = place / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (place / "manifest.json").write_text(json.dumps({"outputs": {}, "publish": publishes}))


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
