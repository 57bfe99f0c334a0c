import pytest

from kgan import registry
from kgan.errors import PluginError
from kgan.registry.describing import source_digest


def test_a_configuration_is_described(third_party):
    third_party("good")
    plugin = registry.describe("losses", "plain")
    assert plugin.summary == "Scores as they are."
    assert plugin.reference == "Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1, without the clipping."
    assert (plugin.distribution, plugin.version) == ("kgan-checkers", "0.3")
    assert len(plugin.digest) == 64


def test_a_configuration_without_docstring_has_no_summary(third_party):
    site = third_party("wrong_base")
    (site / "kgan_silent.py").write_text(
        "from kgan.contracts.config import LossConfig\n"
        "class SilentConfig(LossConfig):\n"
        "    def build(self): ...\n"
    )
    points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
    points.write_text("[kgan.losses]\nsilent = kgan_silent:SilentConfig\n")
    assert registry.describe("losses", "silent").summary == ""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package whose configuration imports a model, which imports layers; another module stands alone."""
    files = {
        "__init__.py": "",
        "config.py": "def build():\n    from .models import (\n        networks,\n        other,\n    )\n",
        "models/__init__.py": "",
        "models/networks.py": "import kgan_digested.layers as layers\nimport json\n",
        "models/other.py": "from ...... import beyond\n",
        "layers.py": "",
        "alone.py": "",
    }
    for name, text in files.items():
        path = tmp_path / "kgan_digested" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "kgan_digested"


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ("config.py", True),
        ("models/__init__.py", True),
        ("models/networks.py", True),
        ("models/other.py", True),
        ("layers.py", True),
        ("alone.py", False),
    ],
)
def test_the_digest_is_of_all_that_the_configuration_imports_of_its_package(package, changed, counts):
    before = source_digest("kgan_digested.config")
    path = package / changed
    path.write_text(path.read_text() + "# changed\n")
    assert (source_digest("kgan_digested.config") != before) == counts


def test_a_module_that_is_no_package_has_a_digest(tmp_path, monkeypatch):
    (tmp_path / "kgan_single.py").write_text("import kgan_single_neighbour\n")
    (tmp_path / "kgan_single_neighbour.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = source_digest("kgan_single")
    (tmp_path / "kgan_single_neighbour.py").write_text("# another distribution's\n")
    assert source_digest("kgan_single") == before
    (tmp_path / "kgan_single.py").write_text("# changed\n")
    assert source_digest("kgan_single") != before


def test_what_is_broken_is_not_described(third_party):
    third_party("wrong_base")
    with pytest.raises(PluginError, match="kgan-stranger 1.0"):
        registry.describe("readers", "number")
