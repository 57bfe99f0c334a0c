import pytest

from kgan import registry
from kgan.errors import PluginError


def test_available_lists_built_ins_and_others(third_party):
    third_party("good")
    readers = registry.available("readers")
    assert {"brats", "phantom", "checkers"} <= set(readers)
    assert readers["checkers"].origin == "kgan-checkers 0.3"
    assert readers["checkers"].module == "kgan_checkers.reader"
    assert list(readers) == sorted(readers)


def test_unknown_name_says_what_is_there(third_party):
    third_party("good")
    with pytest.raises(PluginError, match="'chekers'; did you mean 'checkers'. Installed: .*brats"):
        registry.find("readers", "chekers")


def test_unknown_name_without_a_near_one():
    with pytest.raises(PluginError, match="no GAN called 'zzz'. Installed"):
        registry.find("gans", "zzz")


def test_unknown_kind():
    with pytest.raises(PluginError, match="no kind of plugin called 'gan'; did you mean 'gans'"):
        registry.available("gan")


def test_name_offered_twice_names_both_and_blocks_no_other(third_party):
    third_party("rival")
    with pytest.raises(PluginError, match="offered by (kgan and kgan-rival|kgan-rival and kgan)"):
        registry.find("readers", "phantom")
    assert registry.find("readers", "brats").distribution == "kgan"
    assert registry.find("readers", "rival").distribution == "kgan-rival"


def test_one_distribution_seen_twice_is_one(third_party, tmp_path, monkeypatch):
    site = third_party("good")
    other = tmp_path / "checkout" / "kgan.checkers.egg-info"
    other.mkdir(parents=True)
    (other / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: KGAN_Checkers\nVersion: 0.2\n")
    text = (site / "kgan_checkers-0.3.dist-info" / "entry_points.txt").read_text()
    (other / "entry_points.txt").write_text(text)
    monkeypatch.syspath_prepend(str(other.parent))
    assert registry.find("readers", "checkers").rivals == ()


@pytest.mark.parametrize("target", ["kgan_stranger", "a b:C", ":C", "a:", "a:b[extra]"])
def test_entry_point_that_names_nothing(third_party, target):
    site = third_party("wrong_base")
    points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
    points.write_text(f"[kgan.readers]\nodd = {target}\n")
    with pytest.raises(PluginError, match="reader 'odd' of kgan-stranger 1.0.*expected module:Config"):
        registry.find("readers", "odd")


@pytest.mark.parametrize(
    "text",
    ["[kgan.readers]\nno equals sign\n", "outside = of:Group\n[kgan.readers]\n"],
    ids=["line", "group"],
)
def test_unreadable_metadata_harm_no_other(third_party, text):
    site = third_party("good", "wrong_base")
    (site / "kgan_stranger-1.0.dist-info" / "entry_points.txt").write_text(text)
    assert "checkers" in registry.available("readers")
    assert set(registry.unreadable()) <= {"kgan-stranger 1.0"}


def test_distribution_without_metadata_file_has_its_folders_name(third_party):
    site = third_party("good")
    (site / "kgan_checkers-0.3.dist-info" / "METADATA").unlink()
    assert registry.find("readers", "checkers").origin == "kgan_checkers 0.3"
