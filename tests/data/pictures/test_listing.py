import os

from kgan.data.pictures.listing import as_text, files_below, natural_sort_key


def test_files_below(tmp_path):
    for name in ("b/2.png", "b/10.png", "a/x.txt", ".hidden/1.png", "__MACOSX/1.png", "a/._1.png", "c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "a" / "round").symlink_to(tmp_path, target_is_directory=True)
    paths = files_below(tmp_path, lambda name: name.endswith(".png"))
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == ["c.png", "b/10.png", "b/2.png"]


def test_counting_order():
    names = ["s_10", "s_9", "s_9b", "r_11", "s", "10", "9"]
    assert sorted(names, key=natural_sort_key) == ["9", "10", "r_11", "s", "s_9", "s_9b", "s_10"]


def test_as_text():
    assert as_text("Müller") == "Müller"
    assert as_text(os.fsdecode(b"\xff.png")) == "\\xff.png"
    assert as_text("two\nlines\0.png") == "two\\x0alines\\x00.png"
