from pathlib import Path

import pytest

from kgan.pipeline.state import code
from kgan.pipeline.state.code import code_digest


def test_each_step_has_its_own_code():
    assert len(code_digest("kgan.steps.generate")) == 16
    assert code_digest("kgan.steps.generate") != code_digest("kgan.steps.refine")


def test_modules_behind_a_step_are_found_wherever_they_are_imported():
    names = set(code._reached("kgan.steps.generate"))
    assert {
        "kgan.steps.generate",
        "kgan.data.store.store",
        "kgan.training.generation",
        "kgan.errors",
    } <= names
    assert not any(name.startswith(("kgan.cli", "kgan.recipe", "kgan.plan")) for name in names)


def test_a_change_of_what_a_step_imports_changes_its_digest(monkeypatch):
    before = code_digest("kgan.steps.generate")
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + b"#" * (path.name == "store.py"))
    code_digest.cache_clear()
    assert code_digest("kgan.steps.generate") != before
    monkeypatch.undo()
    code_digest.cache_clear()
    assert code_digest("kgan.steps.generate") == before


def test_an_unknown_module_is_refused():
    with pytest.raises(ModuleNotFoundError, match="no module kgan.steps.nothing"):
        code_digest("kgan.steps.nothing")
