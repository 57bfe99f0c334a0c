"""What installed distributions offer, read from their metadata alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from kgan.errors import PluginError, did_you_mean
from kgan.registry.cache import remembered
from kgan.registry.kinds import KINDS

_PREFIX = "kgan."
_TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


@dataclass(frozen=True)
class Offer:
    """One name that a distribution offers, as its metadata states it.

    Args:
        kind: a key of `KINDS`.
        name: what recipes write.
        target: ``module:Config``, not checked.
        distribution: who offers it.
        version: of the distribution.
        rivals: other distributions that offer the same name; with any, the name cannot be used.
    """

    kind: str
    name: str
    target: str
    distribution: str
    version: str
    rivals: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The module that the entry point names."""
        return self.target.partition(":")[0].strip()

    @property
    def attribute(self) -> str:
        """The class that the entry point names, within its module."""
        return self.target.partition(":")[2].strip()

    @property
    def origin(self) -> str:
        """Distribution and version, for messages."""
        return f"{self.distribution} {self.version}".strip()

    def problem(self) -> str:
        """Return why this offer cannot be used, as far as the metadata tell; an empty string if it can."""
        if self.rivals:
            both = " and ".join((self.distribution, *self.rivals))
            return f"{KINDS[self.kind]} {self.name!r} is offered by {both}; uninstall all but one of them"
        if not _TARGET.fullmatch(self.target):
            return (
                f"{KINDS[self.kind]} {self.name!r} of {self.origin}: its entry point is {self.target!r}; "
                "expected module:Config"
            )
        return ""


@remembered
def available(kind: str) -> dict[str, Offer]:
    """Map the names of one kind of plugin to their offers, sorted, importing nothing.

    An offer that cannot be used (see `Offer.problem`) is among them and harms no other.
    """
    group = _PREFIX + _known(kind)
    offers: dict[str, Offer] = {}
    for distribution, points in _distributions():
        for point in points:
            if point.group != group:
                continue
            offer = Offer(kind, point.name, point.value, *distribution)
            first = offers.get(point.name)
            offers[point.name] = _with_rival(first, offer) if first else offer
    return dict(sorted(offers.items()))


def find(kind: str, name: str) -> Offer:
    """Return the offer of one name.

    Raises:
        PluginError: no distribution offers it, or two do, or its entry point is not ``module:Config``.
    """
    offers = available(kind)
    if name not in offers:
        installed = ", ".join(offers) or "none"
        raise PluginError(
            f"no {KINDS[kind]} called {name!r}{did_you_mean(name, offers) or '.'} Installed: {installed}. "
            f"Plugins are found through the entry-point group '{_PREFIX}{kind}'"
        )
    if problem := offers[name].problem():
        raise PluginError(problem)
    return offers[name]


def unreadable() -> dict[str, str]:
    """Map distributions whose entry points name kgan but cannot be read to the reason."""
    broken = {}
    for distribution in _candidates():
        try:
            list(distribution.entry_points)
        except Exception as error:
            name, version = _identity(distribution)
            broken[f"{name} {version}".strip()] = f"entry_points.txt cannot be read: {error}"
    return broken


def _known(kind: str) -> str:
    if kind not in KINDS:
        expected = ", ".join(KINDS)
        raise PluginError(
            f"no kind of plugin called {kind!r}{did_you_mean(kind, KINDS) or '.'} Expected: {expected}"
        )
    return kind


def _with_rival(first: Offer, second: Offer) -> Offer:
    rivals = (*first.rivals, second.distribution)
    return Offer(first.kind, first.name, first.target, first.distribution, first.version, rivals)


def _distributions() -> Iterator[tuple[tuple[str, str], list[metadata.EntryPoint]]]:
    # An editable install and a checkout on sys.path are one distribution seen twice: the first found wins,
    # as it does when Python imports.
    seen = set()
    for distribution in _candidates():
        name, version = _identity(distribution)
        normal = re.sub(r"[-_.]+", "-", name).lower()
        if normal in seen:
            continue
        seen.add(normal)
        try:
            yield (name, version), list(distribution.entry_points)
        except Exception:  # what is wrong is reported by `unreadable`; it must not hide the others
            continue


def _candidates() -> Iterator[metadata.Distribution]:
    for distribution in metadata.distributions():
        try:
            text = distribution.read_text("entry_points.txt")
        except (OSError, UnicodeDecodeError):
            continue
        if text and _PREFIX in text:
            yield distribution


def _identity(distribution: metadata.Distribution) -> tuple[str, str]:
    # Metadata can be missing or cut short: the folder's name tells the same.
    try:
        name, version = distribution.metadata["Name"], distribution.metadata["Version"]
    except Exception:
        name = version = ""
    if name:
        return name, version or ""
    name, _, version = Path(str(getattr(distribution, "_path", "unknown"))).stem.partition("-")
    return name, version
