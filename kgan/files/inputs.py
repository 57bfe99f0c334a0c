"""Files that a step reads from outside its run: fields of one type, found wherever they stand in a model.

A recipe resolves such paths against its own folder, and a step's identity holds the digests of what they name
instead of the paths, so that data may move (`docs/decisions/028-identity-by-content.md`).
"""

import os
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel

#: Keys and numbers that lead to a value inside a model.
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class ReadFromOutside:
    """Marks a field as the path of something outside the run; its content decides, not its place.

    Args:
        folder: whether a folder of scans or images is meant, whose content its reader knows.
    """

    folder: bool = False


#: The path of a file that a step reads.
InputFile: TypeAlias = Annotated[str, ReadFromOutside()]
#: The path of a folder of scans or images.
InputFolder: TypeAlias = Annotated[str, ReadFromOutside(folder=True)]


def input_paths(model: BaseModel) -> Iterator[tuple[Place, str, ReadFromOutside]]:
    """Yield the input files and folders that a model names, at any depth, in the order of its fields.

    Args:
        model: with fields of `InputFile` or `InputFolder`, of unions with them, or of mappings, sequences and
            models that hold such. In a union with literals, a value that is one of these is no path.

    Yields:
        tuple: place of the field, its path, and its mark.
    """
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        marks = [mark for mark in field.metadata if isinstance(mark, ReadFromOutside)]
        annotation = Annotated[field.annotation, marks[0]] if marks else field.annotation
        for place, path, mark in _below(annotation, value):
            yield (name, *place), path, mark


def input_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of the fields of a type of model that may name files or folders outside the run."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if any(isinstance(mark, ReadFromOutside) for mark in field.metadata) or _mark(field.annotation)
    )


def _below(annotation: Any, value: Any) -> Iterator[tuple[Place, str, ReadFromOutside]]:
    if isinstance(value, BaseModel):
        yield from input_paths(value)
    elif isinstance(value, str | os.PathLike):
        mark = None if value in _literals(annotation) else _mark(annotation)
        if mark is not None:
            yield (), os.fspath(value), mark
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from (((key, *place), path, mark) for place, path, mark in _below(annotation, entry))
    elif isinstance(value, Sequence):
        for number, entry in enumerate(value):
            yield from (((number, *place), path, mark) for place, path, mark in _below(annotation, entry))


def _parts(annotation: Any) -> tuple[Any, ...]:
    """Return the types that an annotation is made of: members of a union, elements of a container."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return (typing.get_args(annotation)[0],)
    container = origin in (typing.Union, types.UnionType) or (isinstance(origin, type) and origin is not type)
    return typing.get_args(annotation) if container else ()


def _mark(annotation: Any) -> ReadFromOutside | None:
    """Return the mark of an annotation, or of one of its parts."""
    if typing.get_origin(annotation) is Annotated:
        for metadata in typing.get_args(annotation)[1:]:
            if isinstance(metadata, ReadFromOutside):
                return metadata
    return next((mark for part in _parts(annotation) if (mark := _mark(part)) is not None), None)


def _literals(annotation: Any) -> tuple[Any, ...]:
    """Return the literal values that an annotation allows beside paths."""
    if typing.get_origin(annotation) is typing.Literal:
        return typing.get_args(annotation)
    return tuple(value for part in _parts(annotation) for value in _literals(part))
