"""What an inspection of every patient gives."""

from kgan.contracts.reader import Reader
from kgan.data.cohort.inspection import Inspection, inspect_patient


def inspect_all(reader: Reader, headers_only: bool = False) -> list[Inspection]:
    """Inspect every patient of a reader."""
    return [inspect_patient(reader, patient, headers_only) for patient in reader.patients()]
