"""The table of per-image predictions from which every metric of a classifier is computed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgan.errors import DataError
from kgan.files.columns import Binary, Integer, Name, Row, Share
from kgan.files.tables import read_table, write_table
from kgan.identifiers import check_distinct

THRESHOLD = 0.5
#: The tables of a classifier's step: of the test split, and of the validation split.
TEST_FILE, VALIDATION_FILE = "predictions.csv", "validation.csv"


class Prediction(Row):
    """One line of the table."""

    patient: Name
    slice: Integer
    truth: Binary
    score: Share


COLUMNS = tuple(Prediction.model_fields)


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a classifier predicted for each image.

    Args:
        patients: (n,) str.
        slices: (n,) int64 slice index; with the patient it names the image.
        truth: (n,) int64, 1 for the positive class (tumour), 0 for the other.
        scores: (n,) float64 in [0, 1], the classifier's belief in the positive class.
        persons: (n,) str, who was scanned, where patients are scans and some are of one person; ``None``
            where each patient is a person.
    """

    patients: np.ndarray
    slices: np.ndarray
    truth: np.ndarray
    scores: np.ndarray
    persons: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def units(self) -> np.ndarray:
        """(n,) str, who counts once in tests and intervals: the persons."""
        return self.patients if self.persons is None else self.persons

    @property
    def predicted(self) -> np.ndarray:
        """(n,) bool, whether the score is at least `THRESHOLD`."""
        return self.scores >= THRESHOLD

    @property
    def right(self) -> np.ndarray:
        """(n,) bool, whether the prediction is the truth."""
        return self.predicted == (self.truth == 1)


def write_predictions(path: Path, table: Predictions) -> None:
    """Write a table as CSV, whole or not at all; scores keep every bit.

    Raises:
        RunError: it cannot be written.
    """
    columns = table.patients, table.slices, table.truth, table.scores
    rows = (
        [patient, int(index), int(truth), repr(float(score))]
        for patient, index, truth, score in zip(*columns, strict=True)
    )
    write_table(path, COLUMNS, rows)


def read_predictions(path: Path) -> Predictions:
    """Read a table written by `write_predictions` or by other software.

    Args:
        path: CSV file with a header naming at least patient, slice, truth and score, in any order.

    Raises:
        DataError: the file is missing or empty, or a line breaks the format (`kgan.files.tables`), holds a
            truth that is not 0 or 1, a score that is not a number in [0, 1], a slice that is no whole number,
            no patient, or an image that an earlier line holds. The message names the file and the line.
    """
    seen: dict[tuple[str, int], tuple[int, str]] = {}
    scores = []
    for where, row in read_table(path, Prediction, "a prediction table"):
        image = row.patient, row.slice
        if image in seen:
            raise DataError(f"{where}: {_again(image, row.truth, *seen[image])}")
        seen[image] = row.truth, where.rpartition(", ")[2]
        scores.append(row.score)
    if not seen:
        raise DataError(f"{path}: no prediction below the header; expected a line for each test image")
    check_distinct(
        dict.fromkeys(patient for patient, _ in seen),
        str(path),
        "Write one patient's name in one way, as patients are what is counted",
    )
    return Predictions(
        patients=np.array([patient for patient, _ in seen]),
        slices=np.array([index for _, index in seen], np.int64),
        truth=np.array([truth for truth, _ in seen.values()], np.int64),
        scores=np.array(scores, np.float64),
    )


def _again(image: tuple[str, int], truth: int, first_truth: int, first: str) -> str:
    contradiction = "" if truth == first_truth else f" with truth {first_truth}, here {truth}"
    repetition = f"patient {image[0]!r} slice {image[1]} is on {first} already{contradiction}"
    return f"{repetition}; expected each image once. Remove one"
