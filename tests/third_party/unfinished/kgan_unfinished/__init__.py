"""Configurations that keep half of the contract."""

from types import ModuleType

from kgan.contracts.config import ReaderConfig
from kgan.contracts.reader import Reader


class UnfinishedConfig(ReaderConfig):
    """Builds nothing."""


class Half(Reader):
    """Cannot read."""

    def patients(self) -> tuple[str, ...]:
        return ()


class HalfConfig(ReaderConfig):
    """Builds what cannot be instantiated."""

    def build(self):
        return Half(self)


def __getattr__(name: str):
    if name != "UnwritableConfig":
        raise AttributeError(name)

    class UnwritableConfig(ReaderConfig):
        """Wants a module, which YAML has no words for."""

        backend: ModuleType

        def build(self): ...

    return UnwritableConfig
