"""Constructors as recipes see them: keyword, type, default. Read from source or from a loaded class."""

import ast
import builtins
import dataclasses
import inspect
import sys
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kgan.contracts.ranges import typed
from kgan.registry.annotations import ANYTHING, evaluate, is_writable_type, is_writable_value
from kgan.registry.source import Source, find_class


@dataclass(frozen=True)
class Parameter:
    """One keyword argument of a plugin's constructor.

    Args:
        name: the keyword.
        annotation: its type in words; an empty string where there is none.
        type: what a recipe's value is checked against; `ANYTHING` where the annotation does not tell.
        required: whether it has no default.
        default: the default as text.
        writable: false where YAML has no words for the type, nor for the default.
    """

    name: str
    annotation: str
    type: Any
    required: bool
    default: str
    writable: bool = True


def from_class(cls: type) -> tuple[Parameter, ...]:
    """Return the parameters of a loaded class.

    Raises:
        ValueError: the constructor needs an argument that has no keyword.
    """
    constructor = cls.__init__  # type: ignore[misc]
    if constructor is object.__init__:
        return ()
    try:
        hints = typing.get_type_hints(constructor, include_extras=True)
    except Exception:  # names imported under TYPE_CHECKING alone
        hints = {}
    arguments = list(inspect.signature(constructor).parameters.values())[1:]
    return tuple(_loaded(argument, hints) for argument in arguments if not _is_variadic(argument))


def from_source(source: Source, node: ast.ClassDef) -> tuple[Parameter, ...]:
    """Return the parameters of a class as its source states them, following base classes.

    Raises:
        Unreadable: the source does not tell.
        ModuleNotFoundError: a base class is imported from a module that does not exist.
        AttributeError: a base class does not exist.
    """
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            return tuple(_of_function(source, statement.args))
    inherited: tuple[Parameter, ...] = ()
    for base in bases(source, node):
        inherited = from_source(*base)
        if inherited:
            break
    if not _is_dataclass(node):
        return inherited
    fields = {parameter.name: parameter for parameter in (*inherited, *_of_dataclass(source, node))}
    return tuple(fields.values())


def bases(source: Source, node: ast.ClassDef) -> Iterator[tuple[Source, ast.ClassDef]]:
    """Yield the base classes that are imported by name and are not of the standard library."""
    for base in node.bases:
        if isinstance(base, ast.Name) and not _is_standard(source, base.id):
            yield find_class(source, base.id)


def _is_variadic(argument: inspect.Parameter) -> bool:
    return argument.kind in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD)


def _loaded(argument: inspect.Parameter, hints: Mapping[str, Any]) -> Parameter:
    required = argument.default is argument.empty
    if required and argument.kind is argument.POSITIONAL_ONLY:
        raise ValueError(f"argument {argument.name!r} of its constructor has no keyword")
    hint = hints.get(argument.name, ANYTHING)
    writable = is_writable_type(hint)
    return Parameter(
        name=argument.name,
        annotation=_words(hint, "" if hint is ANYTHING else inspect.formatannotation(hint)),
        type=hint if writable else ANYTHING,
        required=required,
        default="" if required else repr(argument.default),
        writable=writable or (not required and is_writable_value(argument.default)),
    )


def _of_function(source: Source, arguments: ast.arguments) -> Iterator[Parameter]:
    named = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(named) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = list(zip(named, defaults, strict=True))[1:]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    for argument, default in pairs:
        yield _written(source, argument.arg, argument.annotation, default)


def _of_dataclass(source: Source, node: ast.ClassDef) -> Iterator[Parameter]:
    for field in node.body:
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        default = field.value
        if isinstance(default, ast.Call) and ast.unparse(default.func).rpartition(".")[2] == "field":
            options = {option.arg: option.value for option in default.keywords}
            if "init" in options and ast.unparse(options["init"]) == "False":
                continue
            default = options.get("default", options.get("default_factory"))
        if "ClassVar" not in ast.unparse(field.annotation):
            yield _written(source, field.target.id, field.annotation, default)


def _is_dataclass(node: ast.ClassDef) -> bool:
    names = (ast.unparse(item.func if isinstance(item, ast.Call) else item) for item in node.decorator_list)
    return any(name.rpartition(".")[2] == dataclasses.dataclass.__name__ for name in names)


def _written(source: Source, name: str, annotation: ast.expr | None, default: ast.expr | None) -> Parameter:
    hint = evaluate(source, annotation)
    return Parameter(
        name=name,
        annotation=_words(hint, ast.unparse(annotation) if annotation is not None else ""),
        type=hint,
        required=default is None,
        default=ast.unparse(default) if default is not None else "",
    )


def _words(hint: Any, written: str) -> str:
    return typed(hint) if hint is not ANYTHING and is_writable_type(hint) else written


def _is_standard(source: Source, name: str) -> bool:
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and any(name == (a.asname or a.name) for a in node.names):
            return not node.level and (node.module or "").partition(".")[0] in sys.stdlib_module_names
    return hasattr(builtins, name)
