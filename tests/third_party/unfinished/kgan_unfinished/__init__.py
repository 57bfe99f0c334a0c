"""Readers that keep half of the contract."""

from types import ModuleType

from kgan.contracts.reader import PatientSlices, Reader, SliceRequest


class Unfinished(Reader):
    """Cannot read."""

    def patients(self) -> tuple[str, ...]:
        return ()


class Unwritable(Reader):
    """Wants a module, which YAML has no words for."""

    def __init__(self, backend: ModuleType) -> None:
        self.backend = backend

    def patients(self) -> tuple[str, ...]:
        return ()

    def read(self, patient: str, request: SliceRequest) -> PatientSlices:
        raise NotImplementedError
