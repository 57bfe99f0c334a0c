"""Offers a name that kgan offers itself, and one of its own."""

from kgan.contracts.config import ReaderConfig
from kgan.contracts.reader import PatientSlices, Reader, SliceRequest


class RivalConfig(ReaderConfig):
    """Has no patients."""

    def build(self):
        return Rival(self)


class Rival(Reader):
    """Has no patients."""

    def patients(self) -> tuple[str, ...]:
        return ()

    def read(self, patient: str, request: SliceRequest) -> PatientSlices:
        raise NotImplementedError
