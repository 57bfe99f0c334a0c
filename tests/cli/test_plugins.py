import json


def test_list_names_the_failed_and_imports_nothing(kgan, third_party):
    import sys

    third_party("good", "wrong_base", "rival", "fails_to_import")
    status, out, _ = kgan("plugins", "list")
    assert status == 0
    assert "Chequerboards with a bright square." in out
    assert "Arjovsky et al. 2017" in out
    assert "failed: reader 'phantom' is offered by" in out
    assert "failed: reader 'nowhere' of kgan-stranger 1.0 cannot be found" in out
    assert "Never seen." in out
    assert not {"kgan_checkers", "kgan_stranger", "kgan_fails"} & set(sys.modules)


def test_list_is_one_line_a_plugin_with_the_name_first(kgan, third_party):
    third_party("good", "wrong_base")
    out = kgan("plugins", "list")[1].splitlines()
    names = [line.split()[0] for line in out]
    assert names[0] == "name"
    assert {"pggan", "simgan", "wgan_gp", "resnet50", "brats", "phantom", "tiles", "nowhere"} <= set(names)
    assert all(len(line) <= 140 for line in out if "failed:" not in line)
    (pggan,) = [line for line in out if line.startswith("pggan")]
    assert "Karras et al. 2018, arXiv:1710.10196" in pggan
    (tiles,) = [line for line in out if line.startswith("tiles")]
    assert tiles.split()[1:3] == ["gans", "-"]


def test_list_as_json(kgan, third_party):
    site = third_party("good", "wrong_base")
    (site / "kgan_stranger-1.0.dist-info" / "entry_points.txt").write_text("[kgan.gans]\nno equals sign\n")
    status, out, _ = kgan("plugins", "list", "--json", "--kind", "readers")
    found = json.loads(out)
    assert status == 0
    assert {one["name"] for one in found["plugins"]} >= {"brats", "phantom", "checkers"}
    assert {one["kind"] for one in found["plugins"]} == {"readers"}
    assert list(found["unreadable"]) == ["kgan-stranger 1.0"]


def test_show(kgan, third_party):
    third_party("good")
    status, out, _ = kgan("plugins", "show", "checkers")
    assert status == 0
    assert "from: kgan-checkers 0.3, kgan_checkers.reader:Checkers" in out
    assert "loads: yes" in out
    assert "contrast" in out
    assert "path" not in out.partition("parameter ")[2]
    assert "[int, int]" in out


def test_show_tells_ranges(kgan):
    out = kgan("plugins", "show", "phantom")[1]
    assert "1 <= int <= 9999" in out
    assert "[4 <= float <= 90, 4 <= float <= 90]" in out


def test_show_of_a_plugin_that_fails(kgan, third_party):
    third_party("fails_to_import")
    status, out, _ = kgan("plugins", "show", "fails")
    assert status == 1
    assert "failed: reader 'fails' of kgan-fails 0.1 fails to import" in out
    assert "required" in out


def test_name_of_two_kinds_and_of_none(kgan, third_party):
    site = third_party("good")
    points = site / "kgan_checkers-0.3.dist-info" / "entry_points.txt"
    points.write_text(points.read_text() + "\n[kgan.losses]\ncheckers = kgan_checkers.losses:Plain\n")
    assert "say which: --kind losses, --kind readers" in kgan("plugins", "show", "checkers")[2]
    assert "did you mean 'checkers'" in kgan("plugins", "show", "chekers")[2]


def test_check_holds_the_laws(kgan, third_party):
    third_party("good", "rival")
    status, out, _ = kgan("plugins", "check", "checkers")
    assert status == 0
    assert "checkers keeps its contract" in out
    status, out, _ = kgan("plugins", "check", "rival")
    assert status == 1
    assert "BROKEN" in out
