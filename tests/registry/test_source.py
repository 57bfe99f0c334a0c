import sys

import pytest

from kgan.registry.source import Unreadable, digest, find_class, read_module


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return ``write(path, text)`` for modules below a fresh folder on ``sys.path``."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(path, text=""):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    return write


def test_parents_are_not_imported(package):
    package("heavy_top/__init__.py", "raise SystemExit('imported')")
    package("heavy_top/inner/__init__.py", "raise SystemExit('imported')")
    package("heavy_top/inner/leaf.py", "class Leaf: pass")
    assert read_module("heavy_top.inner.leaf").text == "class Leaf: pass"
    assert "heavy_top" not in sys.modules


def test_reexports_are_followed(package):
    package("reexport/__init__.py", "from .a import One as Two")
    package("reexport/a.py", "from reexport.b import One")
    package("reexport/b.py", "class One: pass")
    source, node = find_class(read_module("reexport"), "Two")
    assert (source.module, node.name) == ("reexport.b", "One")


@pytest.mark.parametrize(
    "text",
    [
        "One = make()",
        "from other_place import *",
        "if True:\n    class One: pass",
        "def __getattr__(name): ...",
    ],
    ids=["made", "star", "branch", "lazy"],
)
def test_what_only_running_tells_is_unreadable(package, text):
    package("dynamic_one.py", text)
    with pytest.raises(Unreadable):
        find_class(read_module("dynamic_one"), "One")


def test_class_that_is_not_there(package):
    package("without_one.py", '"""Text."""\nimport os\nclass Other: pass\ndef f(): pass\n')
    with pytest.raises(AttributeError, match="'without_one' has no 'One'"):
        find_class(read_module("without_one"), "One")


def test_circular_reexport_ends(package):
    package("circle_a.py", "from circle_b import One")
    package("circle_b.py", "from circle_a import One")
    with pytest.raises(Unreadable):
        find_class(read_module("circle_a"), "One")


@pytest.mark.parametrize("module", ["no_such_module", "json.no_such_module", "json.decoder.deeper"])
def test_module_that_is_not_there(module):
    with pytest.raises(ModuleNotFoundError):
        read_module(module)


def test_module_without_source():
    with pytest.raises(Unreadable):
        read_module("_thread")


def test_null_bytes_are_a_syntax_error(package):
    package("null_bytes.py", "x = 1\0")
    with pytest.raises(SyntaxError):
        read_module("null_bytes")


def test_digest_follows_the_package_and_nothing_else(package):
    package("printed/__init__.py")
    package("printed/gan.py", "import os, outside_it\nfrom . import blocks\nfrom .deep.layers import Layer")
    package("printed/blocks.py", "one = 1")
    package("printed/deep/__init__.py")
    package("printed/deep/layers.py", "class Layer: pass")
    package("printed/unused.py", "one = 1")
    package("outside_it.py", "one = 1")
    first = digest(read_module("printed.gan"))

    package("printed/unused.py", "two = 2")
    package("outside_it.py", "two = 2")
    assert digest(read_module("printed.gan")) == first
    package("printed/deep/layers.py", "class Layer: size = 2")
    second = digest(read_module("printed.gan"))
    assert second != first
    package("printed/blocks.py", "two = 2")
    assert digest(read_module("printed.gan")) != second
