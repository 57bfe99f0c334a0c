"""What a plugin is, as far as its metadata and its configuration tell."""

import hashlib
import importlib.util
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kgan.contracts.config import PluginConfig
from kgan.registry.cache import remembered
from kgan.registry.entry_points import Offer, find
from kgan.registry.loading import config_class

#: Imports at any depth of a module, those inside of functions too.
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([\w.]+))", re.MULTILINE
)


@dataclass(frozen=True)
class Description:
    """One plugin.

    Args:
        offer: what the metadata state.
        config: the configuration's class.
        digest: SHA-256 of the source of its module and of all modules of its top-level package that this
            imports, directly or not.
    """

    offer: Offer
    config: type[PluginConfig]
    digest: str

    @property
    def distribution(self) -> str:
        """Who offers it."""
        return self.offer.distribution

    @property
    def version(self) -> str:
        """Version of the distribution."""
        return self.offer.version

    @property
    def summary(self) -> str:
        """First paragraph of the configuration's docstring."""
        text = inspect.cleandoc(vars(self.config).get("__doc__") or "")
        return text.partition("\n\n")[0].replace("\n", " ")

    @property
    def reference(self) -> str:
        """The papers."""
        return self.config.reference


@remembered
def describe(kind: str, name: str) -> Description:
    """Describe a plugin; neither TensorFlow nor Keras is imported.

    Raises:
        PluginError: unknown, offered twice, or its configuration cannot be used.
    """
    config = config_class(kind, name)
    return Description(find(kind, name), config, source_digest(config.__module__))


def source_digest(module: str) -> str:
    """Return the SHA-256 of a module's source and of what it imports from its own top-level package."""
    digest = hashlib.sha256()
    for name, path in sorted(_reached(module).items()):
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _reached(module: str) -> dict[str, Path]:
    top = module.partition(".")[0]
    reached: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in reached or name.partition(".")[0] != top:
            continue
        path = _path(name)
        if path is not None:
            reached[name] = path
            waiting += _imported(name, path)
    return reached


def _imported(module: str, path: Path) -> Iterator[str]:
    package = module if path.stem == "__init__" else module.rpartition(".")[0]
    for source, members, whole in _IMPORT.findall(path.read_text(encoding="utf-8", errors="replace")):
        if whole:
            yield whole
            continue
        try:
            name = importlib.util.resolve_name(source, package) if source.startswith(".") else source
        except ImportError:  # beyond the top-level package
            continue
        yield name
        yield from (f"{name}.{member}" for member in re.findall(r"\w+", members))


def _path(module: str) -> Path | None:
    """Return a module's file; ``None`` where the name is a class or function, or there is no file."""
    top, *inside = module.split(".")
    for root in _roots(top):
        place = root.joinpath(*inside)
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                return path
    return None


def _roots(top: str) -> tuple[Path, ...]:
    """Return the folders of a top-level package; the path without suffix of a module."""
    spec = importlib.util.find_spec(top)
    if spec is None:
        return ()
    if spec.submodule_search_locations is not None:
        return tuple(map(Path, spec.submodule_search_locations))
    return (Path(spec.origin or top).with_suffix(""),)
