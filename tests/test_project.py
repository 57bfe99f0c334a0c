"""What must be true of the project as a whole."""

import ast
import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kgan import registry

ROOT = Path(__file__).parents[1]
_TEXTS = {".py", ".md", ".yaml", ".js", ".html"}
CONFIG = configparser.ConfigParser()
CONFIG.read(ROOT / "setup.cfg")
PLACES = dict(
    (part.strip() for part in line.split("="))
    for line in CONFIG["options"]["package_dir"].strip().splitlines()
)
OFFERS = [
    (group.removeprefix("kgan."), *(part.strip() for part in line.split("=")))
    for group, lines in CONFIG["options.entry_points"].items()
    if group.startswith("kgan.")
    for line in lines.strip().splitlines()
]


def folder_of(package):
    top, _, rest = package.partition(".")
    return ROOT / PLACES[top] / rest.replace(".", "/")


def test_decisions_that_are_named_exist():
    places = ("kgan", "plugins", "recipes", "tests", "benchmarks", "docs")
    files = [path for place in places for path in (ROOT / place).rglob("*.*") if path.suffix in _TEXTS]
    files += ROOT.glob("*.md")
    known = {path.stem for path in (ROOT / "docs/decisions").glob("*.md")}
    numbers = {stem.partition("-")[0] for stem in known}
    for path in files:
        for named in re.findall(r"decisions/(\d{3}[\w-]*)", path.read_text("utf-8")):
            assert named in known | numbers, f"{path}: {named}"


def test_listed_packages_are_the_folders_that_exist():
    listed = set(CONFIG["options"]["packages"].split())
    folders = set()
    for top, place in PLACES.items():
        for path in (ROOT / place).rglob("__init__.py"):
            inside = path.parent.relative_to(ROOT / place).parts
            folders.add(".".join((top, *inside)))
    assert listed == folders


def test_folders_with_modules_are_packages():
    for place in PLACES.values():
        for path in (ROOT / place).rglob("*.py"):
            assert (path.parent / "__init__.py").exists(), path


@pytest.mark.parametrize(
    ("kind", "name", "target"), OFFERS, ids=[f"{kind}-{name}" for kind, name, _ in OFFERS]
)
def test_entry_points_name_classes_that_exist(kind, name, target):
    module, _, attribute = target.partition(":")
    path = folder_of(module).with_suffix(".py")
    names = [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
    assert attribute in names
    assert registry.find(kind, name).target == target


@pytest.mark.parametrize(
    ("kind", "name", "target"), OFFERS, ids=[f"{kind}-{name}" for kind, name, _ in OFFERS]
)
def test_built_in_plugins_describe_themselves_and_every_parameter(kind, name, target):
    plugin = registry.describe(kind, name)
    assert plugin.summary
    assert name == "folder" or plugin.reference
    assert all(parameter.description for parameter in registry.parameters_of(kind, name))
    assert registry.check_parameters(kind, name, {}) == ()


def test_core_never_names_the_built_in_plugins():
    for path in (ROOT / "kgan").rglob("*.py"):
        assert "kgan_plugins" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize(
    "code",
    [
        "import kgan, kgan.cli, kgan.recipe, kgan.plan, kgan.registry, kgan.pipeline",
        "from kgan import plan, recipe; plan.plan(recipe.load('two_step'))",
        "from kgan.cli import main; main(['plan', 'two_step', '--profile', 'demo'])",
        "from kgan.cli import main; main(['plugins', 'list'])",
    ],
    ids=["import", "recipe", "kgan-plan", "kgan-plugins-list"],
)
def test_nothing_heavy_is_imported_early(code, tmp_path):
    heavy = "{'tensorflow', 'keras', 'sklearn', 'matplotlib', 'nilearn'}"
    script = f"import sys\ntry:\n    {code}\nexcept SystemExit as error:\n    assert not error.code\n"
    script += f"print('heavy:', *{heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.splitlines()[-1].strip() == "heavy:"


@pytest.mark.slow
def test_third_party_distribution_really_installs(tmp_path):
    import shutil

    source = tmp_path / "source"
    shutil.copytree(ROOT / "tests" / "third_party" / "good", source)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--quiet",
    ]
    made = subprocess.run([*pip, "--target", tmp_path / "site", source], capture_output=True, text=True)
    if made.returncode and "setuptools" in made.stderr:
        pytest.skip("setuptools is not installed, so nothing can be built without a network")
    assert made.returncode == 0, made.stderr
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "from kgan import registry\n"
        "assert registry.find('gans', 'tiles').origin == 'kgan-checkers 0.3'\n"
        "assert len(registry.configure('readers', 'checkers', {'boards': 2}).build().patients()) == 2\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
