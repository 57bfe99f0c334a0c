"""A cohort of chequerboards; where the tumour would be, the squares are brighter."""

from typing import ClassVar

import numpy as np

from kgan.contracts.config import ReaderConfig
from kgan.contracts.constraints import InputFolder
from kgan.contracts.reader import PatientSlices, Reader, SliceRequest


class CheckersConfig(ReaderConfig):
    """Chequerboards with a bright square."""

    synthetic: ClassVar[bool] = True

    path: InputFolder | None = None
    """Not used."""
    boards: int = 8
    """Number of patients."""
    square: int = 4
    """Side of a square in pixels."""
    contrast: float = 0.8
    """Grey value of the bright squares."""
    size: tuple[int, int] = (16, 16)
    """[height, width] where the request leaves it open."""

    def build(self):
        return Checkers(self)


class Checkers(Reader):
    """Chequerboards with a bright square."""

    def patients(self) -> tuple[str, ...]:
        return tuple(f"board-{number:03d}" for number in range(self.config.boards))

    def read(self, patient: str, request: SliceRequest) -> PatientSlices:
        height, width = request.image_size or self.config.size
        rows, columns = np.indices((height, width)) // self.config.square
        board = ((rows + columns) % 2).astype(np.float32)
        indices = np.array(request.indices())
        labels = (indices % 2).astype(np.int64)
        values = np.where(labels, self.config.contrast, self.config.contrast / 2).astype(np.float32)
        images = board[None, :, :, None] * values[:, None, None, None]
        images = np.repeat(images, len(request.sequences), axis=-1)
        return PatientSlices(patient, images, indices, labels=labels)
