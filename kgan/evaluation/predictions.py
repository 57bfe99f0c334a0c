"""The table of per-image predictions that every figure of a classifier is computed from."""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgan import atomic
from kgan.data.identifiers import check_distinct
from kgan.errors import DataError

COLUMNS = ("patient", "slice", "truth", "score")
THRESHOLD = 0.5


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a classifier said of each image.

    Args:
        patients: (n,) str.
        slices: (n,) int64 slice index; with the patient it names the image.
        truth: (n,) int64, 1 for the positive class (tumour), 0 for the other.
        scores: (n,) float64 in [0, 1], the classifier's belief in the positive class.
    """

    patients: np.ndarray
    slices: np.ndarray
    truth: np.ndarray
    scores: np.ndarray

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def predicted(self) -> np.ndarray:
        """(n,) bool, whether the score is at least `THRESHOLD`."""
        return self.scores >= THRESHOLD

    @property
    def right(self) -> np.ndarray:
        """(n,) bool, whether the prediction is the truth."""
        return self.predicted == (self.truth == 1)


def write_predictions(path: Path, table: Predictions) -> None:
    """Write a table as CSV, whole or not at all; scores keep every bit."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    columns = table.patients, table.slices, table.truth, table.scores
    for patient, index, truth, score in zip(*columns, strict=True):
        rows.writerow([patient, int(index), int(truth), repr(float(score))])
    atomic.write_text(path, text.getvalue())


def read_predictions(path: Path) -> Predictions:
    """Read a table written by `write_predictions` or by anybody else.

    Args:
        path: CSV file with a header naming at least patient, slice, truth and score, in any order.

    Raises:
        DataError: the file is missing, empty or no text, a column is missing, or a line holds a truth that is
            not 0 or 1, a score that is not a number in [0, 1], a slice that is no whole number, or an image
            that an earlier line holds. The message names the file and the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # spreadsheets begin a table with a mark
    except FileNotFoundError:
        raise DataError(f"no prediction table {path}: classify first, or name the right file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as a prediction table: {error}") from error
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        found = ", ".join(rows.fieldnames or ()) or "nothing"
        separator = "; columns are separated by commas" if ";" in found or "\t" in found else ""
        raise DataError(f"{path}, line 1: no column {', '.join(missing)}; found {found}{separator}")
    return _checked(path, rows)


def _checked(path: Path, rows: "csv.DictReader[str]") -> Predictions:
    seen: dict[tuple[str, int], tuple[int, int]] = {}
    scores = []
    try:
        for row in rows:
            where = f"{path}, line {rows.line_num}"
            image = row["patient"] or "", _whole(row, "slice", where)
            truth = _whole(row, "truth", where)
            if truth not in (0, 1):
                raise DataError(f"{where}: truth is {truth}, expected 0 or 1")
            if image in seen:
                raise DataError(f"{where}: {_again(image, truth, *seen[image])}")
            seen[image] = truth, rows.line_num
            scores.append(_score(row, where))
    except csv.Error as error:
        raise DataError(f"{path}, line {rows.line_num}: no CSV ({error})") from error
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


def _again(image: tuple[str, int], truth: int, first_truth: int, first_line: int) -> str:
    contradiction = "" if truth == first_truth else f" with truth {first_truth}, here {truth}"
    return f"patient {image[0]!r} slice {image[1]} is on line {first_line} already{contradiction}"


def _whole(row: Mapping[str, str], column: str, where: str) -> int:
    try:
        return int(row[column])
    except (TypeError, ValueError):
        raise DataError(f"{where}: {column} is {row[column]!r}, expected a whole number") from None


def _score(row: Mapping[str, str], where: str) -> float:
    try:
        score = float(row["score"])
    except (TypeError, ValueError):
        score = math.nan
    if not 0.0 <= score <= 1.0:
        raise DataError(f"{where}: score is {row['score']!r}, expected a number from 0 to 1")
    return score
