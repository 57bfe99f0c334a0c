import sys

import click
import pytest

from kgan.cli.lazy_group import LazyGroup


def test_module_is_imported_on_use_and_must_hold_a_command(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "kgan_lazy_one.py").write_text("import click\ncommand = click.Command('one')\n")
    (tmp_path / "kgan_lazy_two.py").write_text("command = 2\n")
    group = LazyGroup("g", modules={"one": ("kgan_lazy_one", "First."), "two": ("kgan_lazy_two", "Second.")})
    context = click.Context(group)
    assert group.list_commands(context) == ["one", "two"]
    assert "First." in group.get_help(context)
    assert "kgan_lazy_one" not in sys.modules
    assert group.get_command(context, "one").name == "one"
    assert group.get_command(context, "three") is None
    with pytest.raises(TypeError, match="kgan_lazy_two.command is not a click command"):
        group.get_command(context, "two")
