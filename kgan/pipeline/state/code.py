"""The code that a step runs: a digest of its module and of all modules of kgan that this imports."""

import hashlib
import importlib.util
import re
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
def code_digest(module: str) -> str:
    """Return a digest (16 hexadecimal digits) of the source that a module of kgan runs.

    A change of kgan's own code, during development, makes the steps that run it stale; a release changes the
    version as well. Code of plugins and of libraries is not part of it.

    Args:
        module: dotted name, e.g. ``"kgan.steps.prepare"``.

    Raises:
        ModuleNotFoundError: there is no such module.
    """
    digest = hashlib.sha256()
    for name, path in sorted(_reached(module).items()):
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _reached(module: str) -> dict[str, Path]:
    """Return the modules that a module imports, itself among them, by their names."""
    reached: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is None:
            if name == module:
                raise ModuleNotFoundError(f"no module {module}")
            continue
        if name not in reached:
            reached[name] = path
            waiting += _imported(path)
    return reached


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
    root = importlib.util.find_spec(_PACKAGE)
    if root is None or root.origin is None:
        raise ModuleNotFoundError(f"no package {_PACKAGE}")
    place = Path(root.origin).parent.joinpath(*name.split(".")[1:])
    candidates = (place.with_suffix(".py"), place / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)
