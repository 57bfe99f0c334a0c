from pathlib import Path

import pytest

from kgan import recipe as recipes
from kgan.pipeline.state import code
from kgan.pipeline.state.code import code_digest
from kgan.plan import plan


def test_each_step_has_its_own_code():
    assert len(code_digest("kgan.steps.generate")) == 16
    assert code_digest("kgan.steps.generate") != code_digest("kgan.steps.refine")


def test_modules_behind_a_step_are_found_wherever_they_are_imported():
    names = set(code._reached(["kgan.steps.generate"]))
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


def changed_by(file, *modules):
    """Tell whether a change of a file changes the digest of modules."""
    before = code_digest(*modules)
    with pytest.MonkeyPatch.context() as patch:
        read = Path.read_bytes
        patch.setattr(Path, "read_bytes", lambda path: read(path) + b"#" * path.as_posix().endswith(file))
        code_digest.cache_clear()
        after = code_digest(*modules)
    code_digest.cache_clear()
    return after != before


def test_a_whole_package_counts_where_its_modules_are_imported_by_name():
    assert changed_by("analyses/tsne/section.py", "kgan.analyses.report.step", "kgan.analyses.*")
    assert not changed_by("cli/main.py", "kgan.analyses.report.step", "kgan.analyses.*")


def test_the_templates_of_pages_count():
    assert changed_by("report/templates/turing.js", "kgan.analyses.visual_turing.step")
    assert not changed_by("report/templates/turing.js", "kgan.steps.prepare")


@pytest.mark.parametrize("file", ["analyses/tsne/section.py", "steps/prepare.py", "templates/report.html"])
def test_the_report_is_made_again_after_a_change_of_what_it_shows(file):
    step = plan(recipes.load("two_step"))[-1]
    assert step.name == "report"
    assert changed_by(file, *step.settings.modules())


def test_the_cohort_is_checked_again_after_a_change_of_a_later_steps_limits():
    steps = {step.name: step.settings for step in plan(recipes.load("two_step"))}
    assert changed_by("analyses/tsne/step.py", *steps["check-cohort"].modules())
    assert not changed_by("analyses/tsne/step.py", *steps["prepare"].modules())


def test_an_unknown_module_is_refused():
    with pytest.raises(ModuleNotFoundError, match="no module kgan.steps.nothing"):
        code_digest("kgan.steps.nothing")
