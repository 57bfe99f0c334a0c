"""Python source found and read without importing anything, parents included."""

import ast
import functools
import hashlib
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec

_DEEPEST_REEXPORT = 8


class Unreadable(Exception):
    """The source does not tell (compiled, built at run time, re-exported by a star): only loading will."""


@dataclass(frozen=True)
class Source:
    """The source of one module.

    Args:
        module: dotted name.
        package: dotted name that its relative imports start from.
        text: the source text.
        tree: its syntax tree.
    """

    module: str
    package: str
    text: str
    tree: ast.Module


def read_module(module: str) -> Source:
    """Read a module's source.

    Raises:
        ModuleNotFoundError: no such module.
        SyntaxError: the source is not Python.
        Unreadable: the module has no source.
    """
    spec = _find_spec(module)
    if spec is None:
        raise ModuleNotFoundError(f"no module {module!r}", name=module)
    get_source = getattr(spec.loader, "get_source", None)
    text = get_source(module) if get_source else None
    if text is None:
        raise Unreadable(f"module {module!r} has no source")
    is_package = spec.submodule_search_locations is not None
    package = module if is_package else module.rpartition(".")[0]
    return _parsed(module, package, text, spec.origin or module)


@functools.lru_cache(maxsize=256)
def _parsed(module: str, package: str, text: str, origin: str) -> Source:
    try:
        return Source(module, package, text, ast.parse(text, origin))
    except ValueError as error:  # null bytes, before Python 3.12
        raise SyntaxError(str(error)) from error


def find_class(source: Source, name: str) -> tuple[Source, ast.ClassDef]:
    """Find a class at the top of a module, following ``from x import name``.

    Raises:
        AttributeError: the module defines nothing of that name.
        Unreadable: the module makes the name in some other way.
    """
    for _ in range(_DEEPEST_REEXPORT):
        node = _binding(source, name)
        if isinstance(node, ast.ClassDef):
            return source, node
        if not isinstance(node, ast.ImportFrom):
            break
        alias = next(alias for alias in node.names if name in (alias.asname, alias.name))
        source, name = read_module(absolute(source, node)), alias.name
    raise Unreadable(f"{source.module}.{name} is not a plain class statement")


def absolute(source: Source, node: ast.ImportFrom) -> str:
    """Return the absolute name of the module that a ``from`` statement imports from."""
    if not node.level:
        return node.module or ""
    return importlib.util.resolve_name("." * node.level + (node.module or ""), source.package)


def digest(source: Source) -> str:
    """Return the SHA-256 of a module's source and of what it imports from its own top-level package.

    Networks shared by several plugins of a package stand in modules of their own; a change there is a
    change of each of the plugins.
    """
    top = source.module.partition(".")[0]
    waiting, read = [source], {source.module: source.text}
    while waiting:
        for module in _imported(waiting.pop()):
            if module in read or module.partition(".")[0] != top:
                continue
            try:
                found = read_module(module)
            except (ImportError, SyntaxError, Unreadable):
                continue  # an imported name that is no module, or a compiled one
            read[module] = found.text
            waiting.append(found)
    total = hashlib.sha256()
    for module, text in sorted(read.items()):
        total.update(f"{module}\0{text}\0".encode())
    return total.hexdigest()


@functools.lru_cache(maxsize=256)
def _imported(source: Source) -> tuple[str, ...]:
    return tuple(_imports(source))


def _imports(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            try:
                module = absolute(source, node)
            except ImportError:  # beyond the top-level package: loading will say so
                continue
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _binding(source: Source, name: str) -> ast.stmt | None:
    # The last statement that binds the name wins, as it does at run time.
    for node in reversed(source.tree.body):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
        if isinstance(node, ast.ImportFrom) and any(name == (a.asname or a.name) for a in node.names):
            return node
    if any(_may_bind(node, name) for node in source.tree.body):
        return None
    raise AttributeError(f"module {source.module!r} has no {name!r}")


def _may_bind(node: ast.stmt, name: str) -> bool:
    if isinstance(node, (ast.ClassDef, ast.Expr, ast.Pass)):
        return False
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return any((alias.asname or alias.name) in (name, "*") for alias in node.names)
    if isinstance(node, ast.FunctionDef):
        return node.name in (name, "__getattr__")
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
    return True


def _find_spec(module: str) -> ModuleSpec | None:
    # importlib.util.find_spec imports the parents, and a third party's package may import TensorFlow; asking
    # the finders level by level imports nothing and still sees editable installs.
    name, path, spec = "", None, None
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        spec = _ask_finders(name, path)
        if spec is None:
            return None
        path = spec.submodule_search_locations
        if path is None and name != module:
            return None
    return spec


def _ask_finders(name: str, path: object) -> ModuleSpec | None:
    try:
        for finder in sys.meta_path:
            found = finder.find_spec(name, path)  # type: ignore[arg-type]
            if found is not None:
                return found
    except KeyError as error:  # a namespace package inside another looks its parent up in sys.modules
        raise Unreadable(f"{name!r} cannot be found without importing its parent") from error
    return None
