import ast
import textwrap
from typing import Annotated, Literal

import pytest
from annotated_types import Ge

from kgan.registry.annotations import ANYTHING
from kgan.registry.signature import from_class, from_source
from kgan.registry.source import Source

PREFACE = """
import abc
import dataclasses
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Optional

import annotated_types
from annotated_types import Ge, Interval
from kgan.contracts import constraints as figures
from kgan.contracts.constraints import Count, Decay as Rate
import kgan.contracts.constraints as ranges

Size = tuple[int, int]
"""


def read(body, name="Plugin"):
    text = PREFACE + textwrap.dedent(body)
    tree = ast.parse(text)
    source = Source("written", "written", text, tree)
    node = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    space = {"__name__": "builtins"}
    exec(text, space)
    return from_source(source, node), from_class(space[name])


@pytest.mark.parametrize(
    "body",
    [
        """
        class Plugin:
            def __init__(self, a: int, b: float = 1.5, /, *rest, c: str | None = None, d=3, **more): ...
        """.replace("/, ", ""),
        """
        class Plugin:
            pass
        """,
        """
        class Base(abc.ABC):
            def __init__(self, size: Size, *, mode: Literal["a", "b"] = "a"): ...
        class Plugin(Base):
            pass
        """,
        """
        class Mixin:
            def helper(self): ...
        class Base:
            def __init__(self, *, table: Mapping[str, Sequence[int]] | None = None): ...
        class Plugin(Mixin, Base):
            pass
        """,
        """
        @dataclass(frozen=True)
        class Plugin:
            weight: float
            kind: ClassVar[str] = "x"
            steps: "int" = 1
            sizes: list = field(default_factory=list)
            inner: int = field(init=False, default=0)
        """,
        """
        @dataclasses.dataclass
        class Base:
            a: int = 1
        @dataclass
        class Plugin(Base):
            b: Optional[Path] = None
        """,
        """
        class Plugin:
            def __init__(self, a: Count, b: Rate | None, c: figures.Share, d: Mapping[Count, Size]): ...
        """,
        """
        Odd = Annotated[int, Ge(1), annotated_types.MultipleOf(2)]
        class Plugin:
            def __init__(self, a: Odd, b: "Sequence[ranges.Whole]", c: Annotated[float, Interval(gt=-1)]): ...
        """,
    ],
    ids=["function", "none", "inherited", "mixin", "dataclass", "dataclasses", "aliases", "ranges"],
)
def test_source_and_class_tell_the_same(body):
    written, loaded = read(body)
    assert [(p.name, p.type, p.required) for p in written] == [(p.name, p.type, p.required) for p in loaded]


@pytest.mark.parametrize(
    ("annotation", "type_"),
    [
        ("typing.Optional[int]", int | None),
        ("'Size | None'", tuple[int, int] | None),
        ("list['int']", list[int]),
        ("Annotated[int, print('run')]", int),
        ("Annotated[int, Ge(open('/dev/null'))]", int),
        ("Annotated[int, Ge(1), 'a word']", Annotated[int, Ge(1)]),
        ("Literal['int', -1]", Literal["int", -1]),
        ("nowhere.Count", ANYTHING),
        ("Ge", ANYTHING),
        ("numpy.ndarray", ANYTHING),
        ("int if open('/dev/null') else str", ANYTHING),
        ("(lambda: int)()", ANYTHING),
        ("Any", ANYTHING),
    ],
)
def test_annotations_are_read_and_never_run(annotation, type_):
    text = PREFACE + f"class Plugin:\n    def __init__(self, x: {annotation}): ...\n"
    tree = ast.parse(text)
    (parameter,) = from_source(Source("written", "written", text, tree), tree.body[-1])
    assert parameter.type == type_


def test_a_source_that_is_kept_tells_the_same_again():
    tree = ast.parse(
        PREFACE + "class Plugin:\n    def __init__(self, a: Rate | None, b: ranges.Whole): ...\n"
    )
    source = Source("written", "written", "", tree)
    first, again = (from_source(source, tree.body[-1]) for _ in range(2))
    assert first == again and first[0].annotation == "0 <= float < 1 or null"


def test_words_for_ranges():
    written, loaded = read(
        """
        class Plugin:
            def __init__(self, a: Count, b: Rate | None = None, c: object = None): ...
        """
    )
    assert [one.annotation for one in written] == ["int >= 1", "0 <= float < 1 or null", "object"]
    assert [one.annotation for one in loaded][:2] == ["int >= 1", "0 <= float < 1 or null"]


def test_types_without_words_are_marked():
    _, loaded = read(
        """
        class Plugin:
            def __init__(self, a: object, b: object = 1, c: object = print, d: list[int] = ()): ...
        """
    )
    assert [p.name for p in loaded if not p.writable] == ["a", "c"]


def test_argument_without_keyword_is_refused():
    class Plugin:
        def __init__(self, a, /): ...

    with pytest.raises(ValueError, match="argument 'a' of its constructor has no keyword"):
        from_class(Plugin)
