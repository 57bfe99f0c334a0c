"""Rules of the house: arrows, sizes of rooms, mirrored tests, words. A list of exceptions can only shrink."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import words

ROOT = Path(__file__).parents[1]
#: Folder of modules -> folder of their tests.
MIRRORS = {"kgan": "tests", "plugins/kgan_plugins": "tests/plugins"}
#: Modules that a reader may have to look through at once: so many files lie side by side, ``__init__`` aside.
ROOM = 12

CROWDED: set[str] = set()


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


def compare(broken: set[str], exceptions: set[str], what: str) -> None:
    """Fail with what breaks a rule without being an exception, and with exceptions that are none any more."""
    new = [f"{name} {what}" for name in sorted(broken - exceptions)]
    past = [f"{name}: strike it from the list" for name in sorted(exceptions - broken)]
    assert not new + past, "\n".join(new + past)


def test_imports_point_one_way():
    """The contracts are in pyproject.toml, under ``tool.importlinter``."""
    code = "from importlinter.cli import lint_imports_command as check; check(['--no-cache', '--no-logo'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_with_code_has_a_test_in_the_same_place():
    without = [
        module.as_posix()
        for place in MIRRORS
        for module in modules(place)
        if has_code(module) and not mirror(place, module).exists()
    ]
    assert not without, "\n".join(f"{module} has no test" for module in without)


def test_no_room_is_crowded():
    count: dict[str, int] = {}
    for place in MIRRORS:
        for module in modules(place):
            count[module.parent.as_posix()] = count.get(module.parent.as_posix(), 0) + 1
    crowded = {room for room, files in count.items() if files > ROOM}
    compare(crowded, CROWDED, f"has more than {ROOM} modules")


def test_words_that_kgan_does_not_use_become_fewer():
    counts = Counter(word for word, _ in words.uses())
    more = [
        f"{word}: {counts[word]} uses, at most {most}"
        for word, most in words.limits().items()
        if counts[word] > most
    ]
    assert not more, "; ".join(more) + ". 'python tests/words.py' lists the places"
