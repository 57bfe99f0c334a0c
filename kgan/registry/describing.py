"""What a plugin is and takes, read from its source: no plugin and no TensorFlow is imported."""

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kgan.errors import PluginError
from kgan.registry.memory import remembered
from kgan.registry.offers import KINDS, Offer, find
from kgan.registry.signature import Parameter, bases, from_source
from kgan.registry.source import Source, Unreadable, digest, find_class, read_module

_REFERENCE = re.compile(r"^\s*References?:[ \t]*(?P<text>.+?)(?=^\s*\w+:\s*$|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Description:
    """One plugin, as far as metadata and source tell.

    Args:
        offer: what the metadata state.
        summary: first line of the class's docstring.
        reference: the paper, from the docstring's ``Reference:``; empty if it names none.
        parameters: of the constructor; ``None`` if the source does not tell.
        constants: literal class attributes, its own and inherited, such as a reader's ``synthetic``.
        lineage: names of the classes it is made from, nearest first, as far as the source tells.
        digest: SHA-256 of its module's source and of what that imports from its own package; empty if there
            is no source.
    """

    offer: Offer
    summary: str = ""
    reference: str = ""
    parameters: tuple[Parameter, ...] | None = None
    constants: Mapping[str, Any] = field(default_factory=dict)
    lineage: tuple[str, ...] = ()
    digest: str = ""

    @property
    def distribution(self) -> str:
        """Who offers it."""
        return self.offer.distribution

    @property
    def version(self) -> str:
        """Version of the distribution."""
        return self.offer.version


@remembered
def describe(kind: str, name: str) -> Description:
    """Describe a plugin without importing it.

    Raises:
        PluginError: unknown, offered twice, or its module or class is not there.
    """
    return describe_offer(find(kind, name))


def describe_offer(offer: Offer) -> Description:
    """Describe what a distribution offers without importing it.

    Raises:
        PluginError: the offer has a problem, or its module or class is not there.
    """
    where = f"{KINDS[offer.kind]} {offer.name!r} of {offer.origin}"
    if problem := offer.problem():
        raise PluginError(problem)
    try:
        return _read(offer)
    except Unreadable:
        return Description(offer)
    except SyntaxError as error:
        place = f"{error.filename or offer.module}, line {error.lineno}"
        raise PluginError(f"{where} is not Python: {place}: {error.msg}") from error
    except (ImportError, AttributeError, OSError) as error:
        raise PluginError(f"{where} cannot be found: {error}; expected {offer.target}") from error


def _read(offer: Offer) -> Description:
    if "." in offer.attribute:
        raise Unreadable(f"{offer.attribute} is nested")
    source, node = find_class(read_module(offer.module), offer.attribute)
    text = inspect.cleandoc(ast.get_docstring(node) or "")
    try:
        parameters = from_source(source, node)
    except Unreadable:
        parameters = None
    return Description(
        offer=offer,
        summary=text.partition("\n\n")[0].replace("\n", " "),
        reference=_reference(text),
        parameters=parameters,
        constants=_constants(source, node),
        lineage=tuple(_lineage(source, node)),
        digest=digest(source),
    )


def _reference(text: str) -> str:
    found = _REFERENCE.search(text)
    return " ".join(found["text"].split()) if found else ""


def _constants(source: Source, node: ast.ClassDef) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        for base in bases(source, node):
            found = {**_constants(*base), **found}
    except (Unreadable, ImportError, AttributeError, SyntaxError):
        pass  # the rest is for loading to tell
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        for target in targets:
            value = statement.value  # type: ignore[attr-defined]
            try:
                found[ast.unparse(target)] = ast.literal_eval(value)
            except (ValueError, TypeError):
                continue
    return found


def _lineage(source: Source, node: ast.ClassDef) -> list[str]:
    names = [base.attr if isinstance(base, ast.Attribute) else ast.unparse(base) for base in node.bases]
    try:
        for base in bases(source, node):
            names += _lineage(*base)
    except (Unreadable, ImportError, AttributeError, SyntaxError):
        pass  # the rest is for loading to tell
    return names
