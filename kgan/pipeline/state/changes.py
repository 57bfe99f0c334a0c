"""Why a step that was run before is not what the plan asks for now, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kgan.registry import KINDS

_MOST = 3
_LONGEST = 40
_ABSENT = object()  # stands for what one of two mappings lacks; null is something else

_WORDS = {None: "null", True: "true", False: "false"}

#: By these an entry of a list is known.
_NAMES = ("name", "setup", "step", "plugin")
#: Place of the scans in the settings of the preparation.
_SCANS = "reader.parameters.path"


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Say what differs between what a step was made of and what it would be made of now.

    Args:
        old: as a manifest's ``made_of`` has it.
        new: as `kgan.pipeline.state.identity` has it.
    """
    differences = [
        *_settings(old.get("settings", {}), new.get("settings", {}), ""),
        *_plugins(old.get("plugins", {}), new.get("plugins", {})),
        *_files(old.get("files", {}), new.get("files", {})),
        *_code(old, new),
        *_inputs(old.get("inputs", {}), new.get("inputs", {})),
    ]
    more = f"; and {len(differences) - _MOST} more" if len(differences) > _MOST else ""
    return "changed: " + ("; ".join(differences[:_MOST]) or "what it does") + more


def _settings(old: Any, new: Any, where: str) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}, key=str):
            inside = f"{where}.{key}" if where else str(key)
            yield from _settings(old.get(key, _ABSENT), new.get(key, _ABSENT), inside)
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
        yield from _lists(old, new, where)
    elif old != new:
        yield _value(old, new, where.removeprefix("recipe."))


def _lists(old: Sequence[Any], new: Sequence[Any], where: str) -> Iterator[str]:
    before, after = _named(old), _named(new)
    if list(old) == list(new):
        return
    if before is None or after is None:
        yield _value(list(old), list(new), where.removeprefix("recipe."))
        return
    gone = [name for name in before if name not in after]
    come = [name for name in after if name not in before]
    if gone:
        yield f"{where} without {_listed(gone)}"
    if come:
        yield f"{where} with {_listed(come)}"
    shared = [name for name in before if name in after]
    for name in shared:
        yield from _settings(before[name], after[name], f"{where}.{name}")
    if not gone and not come and list(before) != list(after):
        yield f"{where} in another order"


def _named(entries: Sequence[Any]) -> dict[str, Any] | None:
    """Return a list's mappings by their names; ``None`` if it is no list of such, or names repeat."""
    if not all(isinstance(entry, Mapping) for entry in entries):
        return None
    key = next((key for key in _NAMES if all(key in entry for entry in entries)), None)
    if key is None:
        return None
    named = {str(entry[key]): entry for entry in entries}
    return named if len(named) == len(entries) else None


def _value(old: Any, new: Any, where: str) -> str:
    if where == "seed":
        return "the seed"
    if old in (_ABSENT, None) and _is_large(new):
        return f"{where} is given now"
    if new in (_ABSENT, None) and _is_large(old):
        return f"{where} is no longer given"
    if old is _ABSENT:
        return f"{where} is new: {_shown(new)}"
    if new is _ABSENT:
        return f"{where} is gone, was {_shown(old)}"
    if _shown(old) == _shown(new):
        return f"{where} is another"
    return f"{where} was {_shown(old)}, is {_shown(new)}"


def _is_large(value: Any) -> bool:
    """Tell whether a value has no words of its own: a mapping, or a list of them."""
    holds = isinstance(value, list | tuple) and any(map(_is_large, value))
    return isinstance(value, Mapping) or holds


def _shown(value: Any) -> str:
    """Show a value as a recipe has it, or, where that is long, what it is."""
    if isinstance(value, Mapping):
        return "of " + _listed([str(key) for key in value]) if value else "nothing"
    if isinstance(value, list | tuple):
        text = f"[{', '.join(map(_shown, value))}]"
        return text if len(text) <= _LONGEST else f"a list of {len(value)}"
    text = _WORDS[value] if value is None or isinstance(value, bool) else _plain(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plugins(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for plugin, now in new.items():
        kind, _, name = plugin.partition("/")
        called = f"{KINDS.get(kind, kind)} {name}"
        before = old.get(plugin, now)
        (of_before, _, code), (of_now, _, code_now) = before.rpartition(" "), now.rpartition(" ")
        if of_before != of_now:
            yield f"{called} was of {of_before}, is of {of_now}"
        elif code != code_now:
            yield f"the code of {called}"


def _files(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for place, digest in new.items():
        if place in old and old[place] != digest:
            what = "the scans" if place == _SCANS else f"the content of {place}"
            yield f"{what} changed"


def _code(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old.get("kgan") != new.get("kgan"):
        yield f"kgan was {old.get('kgan', 'unknown')}, is {new.get('kgan')}"
    elif old.get("code") != new.get("code"):
        yield "the code of kgan"


def _inputs(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    changed = [name for name in new if old.get(name, "") != new[name]]
    if changed:
        yield f"made from {_listed(changed)}, which changed"
    gone = [name for name in old if name not in new]
    if gone:
        yield f"no longer made from {_listed(gone)}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST])
    return shown + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")
