import sys

import pytest

from kgan import registry
from kgan.errors import PluginError


def test_describing_imports_nothing(third_party):
    third_party("good", "fails_to_import")
    found = registry.describe("readers", "checkers")
    assert found.summary == "Chequerboards with a bright square."
    assert [parameter.name for parameter in found.parameters] == [
        "path",
        "boards",
        "square",
        "contrast",
        "size",
    ]
    assert found.parameters[-1].type == tuple[int, int]
    assert found.parameters[-1].default == "(16, 16)"
    assert found.lineage == ("Reader", "ABC")
    assert len(found.digest) == 64
    assert registry.describe("readers", "fails").reference == "Nobody 2024."
    assert not {"kgan_checkers", "kgan_fails"} & set(sys.modules)


def test_reexported_class_and_its_reference(third_party):
    third_party("good")
    found = registry.describe("losses", "plain")
    assert found.reference == "Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1, without the clipping."
    assert found.summary == "Scores as they are."


def test_lineage_tells_the_two_kinds_of_gan_apart(third_party):
    third_party("good")
    assert "NoiseToImageGAN" in registry.describe("gans", "tiles").lineage
    assert "ImageToImageGAN" in registry.describe("gans", "polish").lineage


def test_shared_module_is_part_of_the_digest(third_party, tmp_path, monkeypatch):
    third_party("good")
    first = registry.describe("gans", "tiles").digest
    source = registry.source.read_module
    networks = source("kgan_checkers.networks")
    changed = type(networks)(networks.module, networks.package, networks.text + "#", networks.tree)
    monkeypatch.setattr(
        registry.source, "read_module", lambda name: changed if name.endswith("networks") else source(name)
    )
    assert registry.describe("gans", "tiles").digest != first


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gone", "cannot be found: module 'kgan_stranger' has no 'Gone'"),
        ("nowhere", "cannot be found: no module 'kgan_stranger.nowhere'"),
        ("crooked", "expected module:Class"),
    ],
)
def test_what_is_not_there_is_named(third_party, name, says):
    third_party("wrong_base")
    with pytest.raises(PluginError, match=f"reader '{name}' of kgan-stranger 1.0.*{says}"):
        registry.describe("readers", name)


def test_source_that_is_not_python(third_party, tmp_path):
    site = third_party("wrong_base")
    (site / "kgan_broken.py").write_text("class Odd(:\n")
    points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
    points.write_text("[kgan.readers]\nodd = kgan_broken:Odd\n")
    with pytest.raises(PluginError, match="is not Python: .*kgan_broken.py, line 1"):
        registry.describe("readers", "odd")


def test_what_the_source_does_not_tell_is_left_open(third_party):
    third_party("wrong_base")
    found = registry.describe("readers", "number")
    assert found.parameters is None
