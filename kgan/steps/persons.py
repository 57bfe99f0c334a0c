"""Who was scanned: the unit of every test and interval, where a cohort has several scans of one person.

What readers call a patient may be one scan of somebody who was scanned several times. An image is named by
scan and slice; what is resampled and counted is the person, whom the preparation's manifest names.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from kgan.identifiers import canonical
from kgan.stats.predictions import TEST_FILE, Predictions, read_predictions
from kgan.steps.recorded_patients import read_preparation


def persons_by(subjects: Mapping[str, str]) -> Callable[[str], str]:
    """Return what names the person of a patient, however that is spelt; a patient who is not known, as it is.

    Args:
        subjects: patient -> who was scanned, where that is another name.
    """
    known = {canonical(patient): person for patient, person in subjects.items()}
    return lambda patient: known.get(canonical(patient), patient)


def persons_of(prepared: Path, patients: np.ndarray) -> np.ndarray:
    """Return whose scan each of some patients is; those of whom the preparation says nothing as they are.

    Args:
        prepared: folder of the preparation.
        patients: (n,) str.

    Raises:
        RunError: the folder is no whole preparation.
    """
    person = persons_by(read_preparation(prepared).subjects)
    names, which = np.unique(patients, return_inverse=True)
    return np.array([*map(person, names.tolist())], str)[which]


def predictions_of(folder: Path, prepared: Path, file: str = TEST_FILE) -> Predictions:
    """Read a classifier's scores, with the persons whose images these are.

    Args:
        folder: of the classify step.
        prepared: folder of the preparation that it went by.
        file: the table in it.

    Raises:
        DataError: see `kgan.stats.predictions.read_predictions`.
    """
    table = read_predictions(folder / file)
    return replace(table, persons=persons_of(prepared, table.patients))
