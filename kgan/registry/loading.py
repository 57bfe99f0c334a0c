"""One plugin imported and held against the contract of its kind."""

import importlib
import inspect
from importlib import metadata

from kgan.errors import PluginError
from kgan.registry.contract import CONTRACTS, SUPPLIED
from kgan.registry.offers import KINDS, Offer, find
from kgan.registry.signature import from_class


def load(kind: str, name: str) -> type:
    """Import one plugin and validate it.

    Args:
        kind: a key of `KINDS`.
        name: of the plugin.

    Returns:
        type: a class that extends the contract of its kind, can be instantiated, and takes nothing that a
            recipe cannot write.

    Raises:
        PluginError: unknown, offered twice, fails to import, or does not keep its contract.
    """
    offer = find(kind, name)
    found = _imported(offer)
    fault = _fault(kind, found) if isinstance(found, type) else "is no class"
    if fault or not isinstance(found, type):
        raise PluginError(f"{KINDS[kind]} {name!r} of {offer.origin} ({offer.target}) {fault}")
    return found


def _imported(offer: Offer) -> object:
    try:
        return metadata.EntryPoint(offer.name, offer.target, f"kgan.{offer.kind}").load()
    except (Exception, SystemExit) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        where = f"{KINDS[offer.kind]} {offer.name!r} of {offer.origin}"
        raise PluginError(f"{where} fails to import {offer.target}: {reason}") from error


def _fault(kind: str, cls: type) -> str:
    module, names = CONTRACTS[kind]
    contracts = tuple(getattr(importlib.import_module(module), name) for name in names)
    wanted = " or ".join(f"{module}.{name}" for name in names)
    if not issubclass(cls, contracts):
        return f"does not extend {wanted}"
    if missing := _abstract(cls):
        return f"does not implement {', '.join(missing)}"
    try:
        parameters = from_class(cls)
    except ValueError as error:
        return f"cannot be made from a recipe: {error}"
    unwritable = [p.name for p in parameters if not p.writable and p.name not in SUPPLIED[kind]]
    if unwritable:
        arguments = ", ".join(unwritable)
        return f"takes what no recipe can write: {arguments}; expected numbers, text, lists or mappings"
    return ""


def _abstract(cls: type) -> list[str]:
    # Keras's metaclass may not be ABCMeta, so __abstractmethods__ alone does not tell.
    members = ((name, inspect.getattr_static(cls, name, None)) for name in dir(cls))
    return sorted(name for name, member in members if getattr(member, "__isabstractmethod__", False))
