"""A fixture that makes the distributions of this folder visible without installing them."""

import configparser
import sys
from importlib import metadata
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    """Return ``expose(*folders)``: their packages and their metadata stand on ``sys.path`` afterwards."""
    before = set(sys.modules)
    site = tmp_path / "site"
    site.mkdir()
    if not _is_installed("kgan"):
        _write_metadata(site, CHECKOUT / "setup.cfg")

    def expose(*folders):
        for folder in folders:
            _write_metadata(site, HERE / folder / "setup.cfg")
            monkeypatch.syspath_prepend(str(HERE / folder))
        monkeypatch.syspath_prepend(str(site))
        return site

    expose()
    yield expose
    for name in set(sys.modules) - before:
        file = str(getattr(sys.modules[name], "__file__", None) or "")
        if file.startswith((str(HERE), str(tmp_path))):
            del sys.modules[name]


def _is_installed(name):
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _write_metadata(site, config):
    parser = configparser.ConfigParser()
    parser.read(config)
    name = parser["metadata"]["name"]
    version = parser["metadata"]["version"].replace("attr: kgan.__version__", "0.1.0")
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(exist_ok=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    groups = parser["options.entry_points"].items()
    text = "".join(f"[{group}]\n{points.strip()}\n\n" for group, points in groups)
    (folder / "entry_points.txt").write_text(text)
