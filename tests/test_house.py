"""The rules of the house: arrows, sizes of rooms, mirrored tests. A list of exceptions can only shrink."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Folder of modules -> folder of their tests.
MIRRORS = {"kgan": "tests", "plugins/kgan_plugins": "tests/plugins"}
#: Modules that a reader may have to look through at once: so many files lie side by side, ``__init__`` aside.
ROOM = 12

CROWDED = {"kgan/contracts", "kgan/pipeline", "plugins/kgan_plugins/gans"}

#: Modules with code and without a test of their own.
UNMIRRORED = set(
    """
    kgan/analyses/comparison/classifier_pairs.py
    kgan/analyses/comparison/comparisons_section.py
    kgan/analyses/curation/clustering.py
    kgan/analyses/curation/decisions_file.py
    kgan/analyses/memorization/image_sets.py
    kgan/analyses/tsne/figure.py
    kgan/analyses/visual_turing/scores_table.py
    kgan/contracts/classifier.py
    kgan/contracts/configured.py
    kgan/contracts/loss.py
    kgan/contracts/pure.py
    kgan/contracts/reader.py
    kgan/contracts/schedule.py
    kgan/contracts/slope.py
    kgan/contracts/trainable.py
    kgan/features/feature_set.py
    kgan/files/columns.py
    kgan/pipeline/context.py
    kgan/pipeline/lock.py
    kgan/pipeline/manifest.py
    kgan/pipeline/progress_pipe.py
    kgan/pipeline/run_record.py
    kgan/pipeline/status.py
    kgan/plan/analyses.py
    kgan/plan/builder.py
    kgan/plan/step.py
    kgan/recipe/schema/base.py
    kgan/recipe/schema/curation.py
    kgan/recipe/schema/distances.py
    kgan/recipe/schema/evaluation.py
    kgan/recipe/schema/features.py
    kgan/recipe/schema/recipe.py
    kgan/recipe/schema/types.py
    kgan/recipe/validation/plugins.py
    kgan/recipe/validation/replicates.py
    kgan/registry/annotations.py
    kgan/stats/proportions.py
    kgan/steps/check_cohort.py
    kgan/steps/checks/pretrained_weights.py
    kgan/steps/snapshots.py
    kgan/testing/classifiers.py
    kgan/testing/configurable.py
    kgan/testing/devices.py
    kgan/testing/driver.py
    kgan/testing/gans.py
    kgan/testing/pytest_plugin.py
    kgan/testing/run.py
    plugins/kgan_plugins/classifiers/resnet50_figures.py
    plugins/kgan_plugins/gans/convolutional.py
    plugins/kgan_plugins/gans/deviations.py
    plugins/kgan_plugins/gans/equalised.py
    plugins/kgan_plugins/gans/growth.py
    plugins/kgan_plugins/gans/progressive.py
    plugins/kgan_plugins/gans/shuffled.py
    plugins/kgan_plugins/gans/simgan_figures.py
    plugins/kgan_plugins/gans/square.py
    plugins/kgan_plugins/losses/deviations.py
    plugins/kgan_plugins/readers/deviations.py
    plugins/kgan_plugins/readers/oasis_clinical.py
    plugins/kgan_plugins/readers/phantom_figures.py
    """.split()
)


def modules(place: str) -> Iterator[Path]:
    """Yield a folder's modules, packages' ``__init__`` aside, relative to the project."""
    for path in sorted((ROOT / place).rglob("*.py")):
        if path.name != "__init__.py":
            yield path.relative_to(ROOT)


def has_code(module: Path) -> bool:
    """Tell whether a module defines a function or a class."""
    code = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(node, code) for node in ast.parse((ROOT / module).read_text("utf-8")).body)


def mirror(place: str, module: Path) -> Path:
    """Return where a module's test belongs."""
    inside = module.relative_to(place)
    return ROOT / MIRRORS[place] / inside.parent / f"test_{inside.name}"


def test_imports_point_one_way():
    """The contracts are in pyproject.toml, under ``tool.importlinter``."""
    code = "from importlinter.cli import lint_imports_command as check; check(['--no-cache', '--no-logo'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_with_code_has_a_test_in_the_same_place():
    without = {
        module.as_posix()
        for place in MIRRORS
        for module in modules(place)
        if has_code(module) and not mirror(place, module).exists()
    }
    assert without - UNMIRRORED == set(), "modules without a test"
    assert UNMIRRORED - without == set(), "these have a test, or are gone: strike them from the list"


def test_no_room_is_crowded():
    count: dict[str, int] = {}
    for place in MIRRORS:
        for module in modules(place):
            count[module.parent.as_posix()] = count.get(module.parent.as_posix(), 0) + 1
    crowded = {room for room, files in count.items() if files > ROOM}
    assert crowded - CROWDED == set(), f"rooms of more than {ROOM} modules"
    assert CROWDED - crowded == set(), "these are no longer crowded: strike them from the list"
