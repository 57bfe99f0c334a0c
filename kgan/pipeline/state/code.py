"""The code that a step runs: a digest of its module and of all modules of kgan that this imports."""

import hashlib
import importlib.util
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_PACKAGE = "kgan"
#: Imports at any depth of a module, those inside of functions too.
_IMPORT = re.compile(
    rf"^[ \t]*(?:from[ \t]+({_PACKAGE}(?:\.\w+)*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)"
    rf"|import[ \t]+({_PACKAGE}(?:\.\w+)*))",
    re.MULTILINE,
)


@cache
def code_digest(*modules: str) -> str:
    """Return a digest (16 hexadecimal digits) of the source that modules of kgan run, and of data files.

    A change of kgan's own code, during development, makes the steps that run it stale; a release changes the
    version as well. Code of plugins and of libraries is not part of it.

    Args:
        modules: dotted names, e.g. ``"kgan.steps.prepare"``; ``"kgan.analyses.*"`` for all of a package.

    Raises:
        ModuleNotFoundError: there is no such module.
    """
    reached = _reached(modules)
    files = set(reached.values()) | {file for path in reached.values() for file in _data(path)}
    digest = hashlib.sha256()
    for path in sorted(files):
        name = path.relative_to(_root()).as_posix()
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _reached(modules: Iterable[str]) -> dict[str, Path]:
    """Return the modules that modules import, themselves among them, by their names."""
    reached: dict[str, Path] = {}
    roots = [name for module in modules for name in _members(module)]
    waiting = [*roots]
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is None:
            if name in roots:
                raise ModuleNotFoundError(f"no module {name}")
            continue
        if name not in reached:
            reached[name] = path
            waiting += _imported(path)
    return reached


def _members(module: str) -> list[str]:
    """Return the names of all modules of a package where ``.*`` asks for them; else the name itself."""
    package, _, rest = module.rpartition(".")
    if rest != "*":
        return [module]
    root = _root()
    paths = root.joinpath(*package.split(".")[1:]).rglob("*.py")
    names = (path.relative_to(root.parent).with_suffix("").parts for path in sorted(paths))
    return [".".join(parts[:-1] if parts[-1] == "__init__" else parts) for parts in names]


@cache
def _data(module: Path) -> tuple[Path, ...]:
    """Return the files that are no code in the folders beside a module, such as templates of pages."""
    folders = [folder for folder in module.parent.iterdir() if folder.is_dir()]
    data = [folder for folder in folders if folder.name[0] not in "._" and not any(folder.glob("*.py"))]
    return tuple(file for folder in data for file in folder.rglob("*") if file.is_file())


@cache
def _imported(path: Path) -> tuple[str, ...]:
    names: list[str] = []
    for package, members, whole in _IMPORT.findall(path.read_text(encoding="utf-8")):
        names += [package or whole]
        names += [f"{package}.{member}" for member in re.findall(r"\w+", members) if package]
    return tuple(names)


@cache
def _path(name: str) -> Path | None:
    """Return a module's file; ``None`` where the name is a class or function of a module."""
    place = _root().joinpath(*name.split(".")[1:])
    candidates = (place.with_suffix(".py"), place / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


@cache
def _root() -> Path:
    """Return the folder of the package."""
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise ModuleNotFoundError(f"no package {_PACKAGE}")
    return Path(package.origin).parent
