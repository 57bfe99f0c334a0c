"""One plugin's configuration, imported and checked. Neither TensorFlow nor Keras is imported with it."""

import contextlib
import sys
from collections.abc import Iterator
from importlib import metadata

from kgan.contracts.config import PluginConfig
from kgan.errors import PluginError
from kgan.registry.cache import remembered
from kgan.registry.entry_points import Offer, find
from kgan.registry.kinds import BASES, KINDS

_HEAVY = ("tensorflow", "keras")
_READ = "read 'A plugin in ten minutes' (plugins/README.md)"


@remembered
def config_class(kind: str, name: str) -> type[PluginConfig]:
    """Import the configuration that an entry point names.

    Args:
        kind: a key of `KINDS`.
        name: of the plugin.

    Returns:
        type: extends a base of its kind (`kgan.contracts.config`) and implements ``build``.

    Raises:
        PluginError: unknown, offered twice, fails to import, or is no configuration of its kind.
    """
    offer = find(kind, name)
    where = f"{KINDS[kind]} {name!r} of {offer.origin} ({offer.target})"
    config = _imported(offer, where)
    bases = " or ".join(base.__name__ for base in BASES[kind])
    if not isinstance(config, type) or not issubclass(config, BASES[kind]):
        what = "is a class" if isinstance(config, type) else f"is of type {type(config).__name__}"
        raise PluginError(
            f"{where} {what}; expected a configuration that extends {bases} of kgan.contracts.config: {_READ}"
        )
    if missing := sorted(config.__abstractmethods__):
        raise PluginError(f"{where} does not implement {', '.join(missing)}: {_READ}")
    return config


def _imported(offer: Offer, where: str) -> object:
    try:
        with _light():
            return metadata.EntryPoint(offer.name, offer.target, f"kgan.{offer.kind}").load()
    except _TooHeavyError as error:
        raise PluginError(
            f"{where} imports {error}; expected a configuration, which imports neither "
            f"{' nor '.join(_HEAVY)} before it builds: {_READ}"
        ) from error
    except (Exception, SystemExit) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise PluginError(f"{where} fails to import: {reason}") from error


class _TooHeavyError(ImportError):
    """TensorFlow or Keras is imported where it must not be."""


class _Guard:
    """A finder that refuses TensorFlow and Keras; what is imported already passes no finder."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse heavy modules and leave all others to the finders after this one."""
        if name.partition(".")[0] in _HEAVY:
            raise _TooHeavyError(name)


@contextlib.contextmanager
def _light() -> Iterator[None]:
    guard = _Guard()
    sys.meta_path.insert(0, guard)
    try:
        yield
    finally:
        sys.meta_path.remove(guard)
