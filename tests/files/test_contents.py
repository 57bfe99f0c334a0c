import os
import shutil

import pytest

from kgan.files import contents
from kgan.files.contents import contents_digest


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "scans"
    (folder / "p1").mkdir(parents=True)
    for name in ("p1/a.nii", "p1/b.nii"):
        (folder / name).write_text(name)
    return folder


def digest(folder):
    return contents_digest(folder, sorted(folder.rglob("*.nii")))


def test_a_copy_in_another_place_has_the_same_digest(folder, tmp_path):
    before = digest(folder)
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / "data")
    os.utime(copy / "p1" / "a.nii", (1, 1))
    assert digest(copy) == before


@pytest.mark.parametrize("change", ["content", "name", "gone"])
def test_what_a_reader_would_find_otherwise_is_another_digest(folder, change):
    before = digest(folder)
    file = folder / "p1" / "a.nii"
    if change == "content":  # of the same size, with the time of change set back
        state = file.stat()
        file.write_text("p1/c.nii")
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    elif change == "name":
        file.rename(folder / "p1" / "c.nii")
    else:
        file.unlink()
    assert digest(folder) != before


def test_files_that_did_not_change_are_read_once(folder, monkeypatch):
    before = digest(folder)
    read = []
    monkeypatch.setattr(contents, "file_digest", lambda path: read.append(path) or "0")
    assert digest(folder) == before
    assert read == []


def test_a_cache_that_cannot_be_written_costs_time_alone(folder, cache):
    before = digest(folder)
    shutil.rmtree(cache)
    cache.write_text("a file where the folder should be")
    assert digest(folder) == before


def test_a_link_that_leads_nowhere_has_a_digest_too(folder):
    before = digest(folder)
    (folder / "p1" / "c.nii").symlink_to("nowhere")
    assert digest(folder) != before
