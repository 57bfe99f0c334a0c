"""Type annotations that a recipe's values can be checked against, read from source without running it."""

import ast
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kgan.registry.source import Source, Unreadable

#: Stands for a type that cannot be told: anything is accepted.
ANYTHING: Any = typing.Any

_DEEPEST_ALIAS = 8
_SCALARS = (int, float, str, bool, type(None), Path)
_CONTAINERS = (list, tuple, dict, Mapping, Sequence)
_NAMES: dict[str, Any] = {
    **{kind.__name__: kind for kind in (*_SCALARS, *_CONTAINERS)},
    **{name: getattr(typing, name) for name in ("Any", "Literal", "Optional", "Union")},
    **{"List": list, "Tuple": tuple, "Dict": dict},
}


def is_writable_type(hint: Any) -> bool:
    """Tell whether YAML has words for the values of a type."""
    if hint in (ANYTHING, Ellipsis) or hint in _SCALARS or hint in _CONTAINERS:
        return True
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return True
    known = origin in _CONTAINERS or origin in (typing.Union, types.UnionType)
    return known and all(is_writable_type(part) for part in typing.get_args(hint))


def is_writable_value(value: Any) -> bool:
    """Tell whether YAML has words for a value."""
    return isinstance(value, (*_SCALARS, list, tuple, dict))


def evaluate(source: Source, annotation: ast.expr | None) -> Any:
    """Return the type that an annotation means, or `ANYTHING` where its source alone does not tell."""
    if annotation is None:
        return ANYTHING
    try:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        expression = ast.Expression(_Resolver(source).visit(annotation))
        code = compile(ast.fix_missing_locations(expression), source.module, "eval")
        return eval(code, {"__builtins__": {}}, _NAMES)  # only names of _NAMES are left in it
    except Exception:  # a type of the plugin's own: its constructor is the judge
        return ANYTHING


class _Resolver(ast.NodeTransformer):
    """Turns an annotation into one that needs nothing but `_NAMES`, or fails."""

    def __init__(self, source: Source, depth: int = 0) -> None:
        self.source = source
        self.depth = depth

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:  # noqa: N802
        """``typing.Literal`` -> ``Literal``."""
        return self.visit_Name(ast.Name(node.attr, ast.Load()))

    def visit_Name(self, node: ast.Name) -> ast.expr:  # noqa: N802
        """Keep a known name; put what the module assigns to it in place of another."""
        if node.id in _NAMES:
            return node
        for statement in self.source.tree.body:
            if isinstance(statement, ast.Assign) and node.id in map(ast.unparse, statement.targets):
                return self._deeper(statement.value)
        raise Unreadable(node.id)

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802
        """Refuse: reading an annotation runs nothing."""
        raise Unreadable(ast.unparse(node))

    def _deeper(self, value: ast.expr) -> ast.expr:
        if self.depth == _DEEPEST_ALIAS:
            raise Unreadable(ast.unparse(value))
        return _Resolver(self.source, self.depth + 1).visit(value)
