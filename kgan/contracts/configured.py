"""A constructor's arguments are the configuration: kept under their names, given back by `get_config`.

An argument whose name Keras owns (``weights``, ``optimizer``) is kept with an underscore behind it.
"""

import inspect
from typing import Any

_NOT_ARGUMENTS = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Configured:
    """Gives ``get_config`` and ``from_config`` to a class whose constructor stores each argument by name."""

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments in a form that survives JSON."""
        parameters = inspect.signature(type(self).__init__).parameters.values()
        names = [p.name for p in parameters if p.name != "self" and p.kind not in _NOT_ARGUMENTS]
        kept = {name: f"{name}_" if f"{name}_" in vars(self) else name for name in names}
        return {name: _plain(getattr(self, attribute)) for name, attribute in kept.items()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Build an instance from what `get_config` returned."""
        return cls(**{name: _restore(value) for name, value in config.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Configured):
        import keras

        return keras.saving.serialize_keras_object(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "items"):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


def _restore(value: Any) -> Any:
    if isinstance(value, dict) and {"class_name", "config", "module"} <= value.keys():
        import keras

        return keras.saving.deserialize_keras_object(value)
    return value
