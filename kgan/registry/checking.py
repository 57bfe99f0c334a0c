"""What a plugin's own light functions say of its parameters: they may import no TensorFlow."""

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kgan.errors import KganError, PluginError
from kgan.registry.constants import constants_of
from kgan.registry.offers import KINDS, find

#: Class attributes that name a function, ``"package.module:function"``: what a plugin has against
#: parameters, how many images of a batch one device must hold together, and where it departs from its paper.
CHECKED, GROUPED, DEVIATIONS = "checked_by", "grouped_by", "deviations_by"
_REPLICAS_AGREE = "replicas_agree"

_HEAVY = ("tensorflow", "keras")


def objection(kind: str, name: str, figures: Mapping[str, Any], *about: Any) -> str:
    """Return what the function that a plugin names in ``checked_by`` has against figures.

    The function raises a `KganError`, whose text is returned. TensorFlow and Keras cannot be imported
    meanwhile, unless they are already.

    Args:
        kind: a key of `KINDS`.
        name: of the plugin.
        figures: as `figures_of` gives them.
        about: what the function is given beside them, by kind: to GANs and classifiers the shape of the
            images, (height, width, channels), and the batch size; to losses and readers nothing.

    Returns:
        str: one line, or an empty string if the plugin names no function or that has nothing against them.

    Raises:
        PluginError: the plugin is unknown, or its function cannot be imported or fails.
    """
    with _function(kind, name, CHECKED) as check:
        try:
            if check is not None:
                check(figures, *about)
        except KganError as error:
            return str(error)
    return ""


def group_size(
    kind: str, name: str, figures: Mapping[str, Any], image_shape: Sequence[int], batch: int
) -> int:
    """Return how many consecutive images of a batch one device must hold together.

    That is what the function that the plugin names in ``grouped_by`` says, 1 if it names none, and the whole
    batch where the plugin declares that its replicas do not compute what one device does.

    Args:
        kind: "gans" or "classifiers".
        name: of the plugin.
        figures: as `figures_of` gives them.
        image_shape: (height, width, channels).
        batch: images of one update.

    Raises:
        PluginError: the plugin is unknown, or its function cannot be imported or fails.
    """
    if _REPLICAS_AGREE in (constants_of(kind, name).get("exceptions") or ()):
        return batch
    with _function(kind, name, GROUPED) as group:
        return 1 if group is None else int(group(figures, tuple(image_shape), batch))


def deviations_of(kind: str, name: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """Return where a plugin departs from its paper, or decides what that leaves open.

    Args:
        kind: a key of `KINDS`.
        name: of the plugin.
        figures: as `figures_of` gives them.

    Returns:
        dict: a short, stable key -> one sentence; empty where the plugin names no function.

    Raises:
        PluginError: the plugin is unknown, or its function cannot be imported or fails.
    """
    with _function(kind, name, DEVIATIONS) as says:
        return {} if says is None else dict(says(figures))


@contextlib.contextmanager
def _function(kind: str, name: str, attribute: str) -> Iterator[Callable | None]:
    """Give the function that a plugin names, ``None`` where it names none, and tell how it fails."""
    target = constants_of(kind, name).get(attribute)
    if not target:
        yield None
        return
    where = f"{KINDS[kind]} {name!r} of {find(kind, name).origin}: {attribute} {target!r}"
    with _light(where):
        function = _imported(target, where)
        try:
            yield function
        except (KganError, ImportError):  # told by the caller, or below
            raise
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise PluginError(f"{where} fails: {reason}") from error


def _imported(target: Any, where: str) -> Callable:
    module, _, function = str(target).partition(":")
    try:
        found = getattr(importlib.import_module(module), function)
    except ImportError:  # told by `_light`
        raise
    except (ValueError, AttributeError) as error:
        raise PluginError(f"{where} cannot be found: {error}; expected package.module:function") from error
    except Exception as error:  # whatever a module does when it is imported
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise PluginError(f"{where} cannot be imported: {reason}") from error
    return found  # type: ignore[no-any-return]


class _TooHeavy(ImportError):
    """TensorFlow or Keras is imported where it must not be."""


class _Guard:
    """A finder that refuses TensorFlow and Keras; what is imported already is not asked for."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse heavy modules and leave all others to the finders after this one."""
        if name.partition(".")[0] in _HEAVY:
            raise _TooHeavy(name)


@contextlib.contextmanager
def _light(where: str) -> Iterator[None]:
    guard = _Guard()
    sys.meta_path.insert(0, guard)  # type: ignore[arg-type]
    try:
        yield
    except _TooHeavy as error:
        wanted = f"expected a module that imports neither {' nor '.join(_HEAVY)}"
        raise PluginError(f"{where} imports {error}; {wanted}") from error
    except ImportError as error:
        raise PluginError(f"{where} cannot be imported: {error}") from error
    finally:
        sys.meta_path.remove(guard)  # type: ignore[arg-type]
