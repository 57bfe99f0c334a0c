"""Type annotations that a recipe's values can be checked against, read from source without running it."""

import ast
import copy
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MaxLen, MinLen, MultipleOf

from kgan.registry.source import Source, Unreadable, absolute, read_module

#: Stands for a type that cannot be told: anything is accepted.
ANYTHING: Any = typing.Any

_DEEPEST_ALIAS = 8
_SCALARS = (int, float, str, bool, type(None), Path)
_CONTAINERS = (list, tuple, dict, Mapping, Sequence)
_NAMES: dict[str, Any] = {
    **{kind.__name__: kind for kind in (*_SCALARS, *_CONTAINERS)},
    **{name: getattr(typing, name) for name in ("Annotated", "Any", "Literal", "Optional", "Union")},
    **{"List": list, "Tuple": tuple, "Dict": dict},
}
_RANGES_FROM = "annotated_types"
_RANGES = {kind.__name__: kind for kind in (Ge, Gt, Interval, Le, Len, Lt, MaxLen, MinLen, MultipleOf)}


def is_writable_type(hint: Any) -> bool:
    """Tell whether YAML has words for the values of a type."""
    if hint in (ANYTHING, Ellipsis) or hint in _SCALARS or hint in _CONTAINERS:
        return True
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return True
    if origin is typing.Annotated:
        return is_writable_type(typing.get_args(hint)[0])
    known = origin in _CONTAINERS or origin in (typing.Union, types.UnionType)
    return known and all(is_writable_type(part) for part in typing.get_args(hint))


def is_writable_value(value: Any) -> bool:
    """Tell whether YAML has words for a value."""
    return isinstance(value, (*_SCALARS, list, tuple, dict))


def evaluate(source: Source, annotation: ast.expr | None) -> Any:
    """Return the type that an annotation means, or `ANYTHING` where its source alone does not tell.

    Aliases are followed into the modules that they are imported from; of ``Annotated`` the ranges of the
    package annotated-types are kept and the rest is left out.
    """
    if annotation is None:
        return ANYTHING
    try:
        # A copy: sources are kept, and a transformer changes what it visits.
        expression = ast.Expression(_Resolver(source).visit(copy.deepcopy(annotation)))
        code = compile(ast.fix_missing_locations(expression), source.module, "eval")
        return eval(code, {"__builtins__": {}}, {**_NAMES, **_RANGES})  # no other name is left in it
    except Exception:  # a type of the plugin's own: its constructor is the judge
        return ANYTHING


class _Resolver(ast.NodeTransformer):
    """Turns an annotation into one that needs nothing but `_NAMES` and `_RANGES`, or fails."""

    def __init__(self, source: Source, depth: int = 0) -> None:
        self.source = source
        self.depth = depth

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:  # noqa: N802
        """``typing.Literal`` -> ``Literal``; ``figures.Count`` -> what that module assigns to it."""
        if node.attr in _NAMES:
            return ast.Name(node.attr, ast.Load())
        return self._imported(_origin(self.source, node))

    def visit_Name(self, node: ast.Name) -> ast.expr:  # noqa: N802
        """Keep a known name; put what the module, or another, assigns to it in place of any other."""
        if node.id in _NAMES:
            return node
        for statement in reversed(list(_statements(self.source.tree.body))):
            if node.id in _targets(statement):
                return self._deeper(self.source, statement.value)  # type: ignore[attr-defined]
        return self._imported(_origin(self.source, node))

    def visit_Constant(self, node: ast.Constant) -> ast.expr:  # noqa: N802
        """Read a type in quotes."""
        return self.visit(ast.parse(node.value, mode="eval").body) if isinstance(node.value, str) else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:  # noqa: N802
        """Leave the words of ``Literal`` alone, and of ``Annotated`` what is no range."""
        several = isinstance(node.slice, ast.Tuple)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        name = ast.unparse(node.value).rpartition(".")[2]
        if name == "Literal":
            inner = [part if _is_literal(part) else self.visit(part) for part in parts]
        elif name == "Annotated":
            ranges = [found for part in parts[1:] if (found := _range(self.source, part))]
            inner = [self.visit(parts[0]), *ranges]
            if not ranges:
                return inner[0]
        else:
            inner = [self.visit(part) for part in parts]
        joined = ast.Tuple(inner, ast.Load()) if several else inner[0]
        return ast.Subscript(self.visit(node.value), joined, ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802
        """Refuse: reading an annotation runs nothing."""
        raise Unreadable(ast.unparse(node))

    def _imported(self, origin: str) -> ast.expr:
        module, _, name = origin.rpartition(".")
        return self._deeper(read_module(module), ast.Name(name, ast.Load()))

    def _deeper(self, source: Source, value: ast.expr) -> ast.expr:
        if self.depth == _DEEPEST_ALIAS:
            raise Unreadable(ast.unparse(value))
        return _Resolver(source, self.depth + 1).visit(copy.deepcopy(value))


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, with those under ``if TYPE_CHECKING`` and the like."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try)):
            yield from _statements([*statement.body, *statement.orelse])


def _targets(statement: ast.stmt) -> list[str]:
    """Return the names to which a statement assigns a value, ``type X = ...`` among them."""
    if isinstance(statement, ast.Assign):
        return [ast.unparse(target) for target in statement.targets]
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return [ast.unparse(statement.target)]
    if type(statement).__name__ == "TypeAlias":
        return [ast.unparse(statement.name)]  # type: ignore[attr-defined]
    return []


def _origin(source: Source, node: ast.expr) -> str:
    """Return the dotted name under which another module holds what a name or an attribute means."""
    if isinstance(node, ast.Attribute):
        return f"{_origin(source, node.value)}.{node.attr}"
    name = ast.unparse(node)
    for statement in reversed(list(_statements(source.tree.body))):
        for alias in getattr(statement, "names", ()):
            if isinstance(statement, ast.ImportFrom) and name == (alias.asname or alias.name):
                return f"{absolute(source, statement)}.{alias.name}"
            if isinstance(statement, ast.Import) and name == (alias.asname or alias.name.partition(".")[0]):
                return str(alias.name if alias.asname else name)
    raise Unreadable(name)


def _range(source: Source, node: ast.expr) -> ast.expr | None:
    """Return ``annotated_types.Ge(1)`` as ``Ge(1)``, and ``None`` for anything else."""
    try:
        if not isinstance(node, ast.Call):
            return None
        module, _, name = _origin(source, node.func).rpartition(".")
    except Unreadable:
        return None
    plain = all(map(_is_literal, (*node.args, *(keyword.value for keyword in node.keywords))))
    known = plain and module == _RANGES_FROM and name in _RANGES
    return ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords) if known else None


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
