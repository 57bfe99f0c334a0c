import json


def test_list_names_the_failed_and_imports_nothing_heavy(kgan, third_party):
    third_party("good", "wrong_base", "rival", "fails_to_import", "picky")
    status, out, _ = kgan("plugins", "list")
    assert status == 0
    assert "Chequerboards with a bright square." in out
    assert "Arjovsky et al. 2017" in out
    assert "failed: reader 'phantom' is offered by" in out
    assert "failed: reader 'nowhere' of kgan-stranger 1.0" in out
    assert "failed: reader 'old' of kgan-picky 0.5 (kgan_picky.old:Old) is a class; expected" in out
    assert "a_module_that_is_not_there" in out


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
    listing = json.loads(out)
    assert status == 0
    assert {plugin["name"] for plugin in listing["plugins"]} >= {"brats", "phantom", "checkers"}
    assert {plugin["kind"] for plugin in listing["plugins"]} == {"readers"}
    assert list(listing["unreadable"]) == ["kgan-stranger 1.0"]


def test_show(kgan, third_party):
    third_party("good")
    status, out, _ = kgan("plugins", "show", "checkers")
    assert status == 0
    assert "from: kgan-checkers 0.3, kgan_checkers.reader:CheckersConfig" in out
    assert "Grey value of the bright squares." in out
    assert "contrast" in out
    assert "path" not in [line.split()[0] for line in out.splitlines() if line]
    assert "[int, int]" in out


def test_show_tells_ranges(kgan):
    out = kgan("plugins", "show", "phantom")[1]
    assert "1 <= int <= 9999" in out
    assert "[4 <= float <= 90, 4 <= float <= 90]" in out


def test_show_of_a_plugin_that_fails(kgan, third_party):
    third_party("fails_to_import")
    status, _, error = kgan("plugins", "show", "fails")
    assert status == 2
    assert "reader 'fails' of kgan-fails 0.1 (kgan_fails.reader:FailsConfig) fails to import" in error


def test_name_of_two_kinds_and_of_none(kgan, third_party):
    site = third_party("good")
    points = site / "kgan_checkers-0.3.dist-info" / "entry_points.txt"
    points.write_text(points.read_text() + "\n[kgan.losses]\ncheckers = kgan_checkers.config:PlainConfig\n")
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


def test_check_of_what_cannot_be_built(kgan, third_party):
    third_party("unfinished")
    status, out, _ = kgan("plugins", "check", "half")
    assert status == 1
    assert "can_be_built" in out and "abstract" in out and "read" in out
