import os

import pytest

from kgan.files.atomic import PREFIX, replacing, replacing_folder, write_bytes, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_when_the_block_ends_well(tmp_path):
    path = tmp_path / "new" / "mean.nii.gz"
    with replacing(path) as aside:
        assert aside.parent == path.parent
        assert aside.name.startswith(PREFIX) and aside.name.endswith(".nii.gz")
        aside.write_bytes(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert names(path.parent) == ["mean.nii.gz"]


def test_an_error_leaves_the_earlier_file_as_it_was(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("earlier")
    with pytest.raises(ValueError, match="broken"), replacing(path) as aside:
        aside.write_text("half")
        raise ValueError("broken")
    assert path.read_text() == "earlier"
    assert names(tmp_path) == ["table.csv"]


def test_files_have_the_permissions_of_any_other(tmp_path):
    mask = os.umask(0o027)
    try:
        write_bytes(tmp_path / "data", b"\x00\xff")
    finally:
        os.umask(mask)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "data").read_bytes() == b"\x00\xff"


def test_text_is_utf8_and_a_file_name_that_is_no_text_is_escaped(tmp_path):
    write_text(tmp_path / "note.txt", "12 mm² of scan-\udcff")
    assert (tmp_path / "note.txt").read_bytes() == b"12 mm\xc2\xb2 of scan-\\udcff"


def test_a_folder_takes_the_place_of_another_whole(tmp_path):
    folder = tmp_path / "models" / "gan"
    folder.mkdir(parents=True)
    (folder / "old").write_text("")
    with pytest.raises(ValueError, match="broken"), replacing_folder(folder) as aside:
        (aside / "new").write_text("half")
        raise ValueError("broken")
    assert names(folder) == ["old"]
    with replacing_folder(folder) as aside:
        (aside / "deep").mkdir()
        (aside / "deep" / "new").write_text("done")
        assert names(folder) == ["old"]
    assert (folder / "deep" / "new").read_text() == "done"
    assert names(folder) == ["deep"] and names(folder.parent) == ["gan"]


def test_a_folder_has_the_permissions_of_any_other(tmp_path):
    (tmp_path / "other").mkdir()
    with replacing_folder(tmp_path / "written"):
        pass
    assert (tmp_path / "written").stat().st_mode == (tmp_path / "other").stat().st_mode
