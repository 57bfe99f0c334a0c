"""A cohort of chequerboards; where the tumour would be, the squares are brighter."""

import numpy as np

from kgan.contracts.reader import PatientSlices, Reader, SliceRequest

Size = tuple[int, int]


class Checkers(Reader):
    """Chequerboards with a bright square.

    Args:
        path: not used.
        boards: number of patients.
        square: side of a square in pixels.
        contrast: grey value of the bright squares.
        size: (height, width) where the request leaves it open.
    """

    synthetic = True

    def __init__(
        self,
        path: str | None = None,
        *,
        boards: int = 8,
        square: int = 4,
        contrast: float = 0.8,
        size: Size = (16, 16),
    ) -> None:
        self.path = path
        self.boards = boards
        self.square = square
        self.contrast = contrast
        self.size = size

    def patients(self) -> tuple[str, ...]:
        return tuple(f"board-{number:03d}" for number in range(self.boards))

    def read(self, patient: str, request: SliceRequest) -> PatientSlices:
        height, width = request.image_size or self.size
        rows, columns = np.indices((height, width)) // self.square
        board = ((rows + columns) % 2).astype(np.float32)
        indices = np.array(request.indices())
        labels = (indices % 2).astype(np.int64)
        values = np.where(labels, self.contrast, self.contrast / 2).astype(np.float32)
        images = board[None, :, :, None] * values[:, None, None, None]
        images = np.repeat(images, len(request.sequences), axis=-1)
        return PatientSlices(patient, images, indices, labels=labels)
