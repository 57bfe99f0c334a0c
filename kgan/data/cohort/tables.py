"""The tables of a prepared cohort: which images there are, which are left out, and why."""

from typing import Annotated

from pydantic import Field

from kgan.files.columns import Count, Integer, Maybe, Name, Real, Row, Share, Text, YesNo
from kgan.files.tables import Table


class SliceRow(Row):
    """One slice.

    Args:
        patient: whose it is.
        slice: index along the plane's axis.
        split: of the patient; empty where the patient is in none.
        class_name: its class; empty where it has none.
        tumor_area: mm²; ``None`` without a mask.
        used: whether it is in the split's store.
        reason: why it is not used; empty where it is.
    """

    patient: Name
    slice: Integer
    split: Text
    class_name: Annotated[Text, Field(alias="class")]
    tumor_area: Annotated[Maybe[Real], Field(alias="tumor_area_mm2")]
    used: YesNo
    reason: Text


class ExclusionRow(Row):
    """One slice that is left out, or a whole patient where ``slice`` is ``None``, and why."""

    patient: Name
    slice: Maybe[Integer]
    reason: Text


class PatientRow(Row):
    """One patient of the data.

    Args:
        patient: identifier.
        split: that the patient is in; empty for none.
        usable: whether the scans can be used.
        reason: why the patient is in no split; empty where in one.
    """

    patient: Name
    split: Text
    usable: YesNo
    reason: Text


class CountRow(Row):
    """Images and patients of one class in one split; the class is empty where images have none."""

    split: Name
    class_name: Annotated[Text, Field(alias="class")]
    images: Count
    patients: Count


class DuplicateRow(Row):
    """One image that looks like an earlier one.

    Args:
        patient: whose it is.
        slice: index along the plane's axis.
        file: empty where slices are cut from volumes.
        split: of the patient.
        copy_of_patient: of the earlier image, as are the next three.
        copy_of_slice: its index.
        copy_of_file: its file.
        copy_of_split: its split.
        similarity: correlation of their details, to four digits.
        change: what was done to the copy, in words; "none" where the pixels are equal.
    """

    patient: Name
    slice: Integer
    file: Text
    split: Text
    copy_of_patient: Name
    copy_of_slice: Integer
    copy_of_file: Text
    copy_of_split: Text
    similarity: Share
    change: Text


SLICES = Table("slices.csv", SliceRow)
EXCLUSIONS = Table("exclusions.csv", ExclusionRow)
PATIENTS = Table("patients.csv", PatientRow)
COUNTS = Table("counts.csv", CountRow)
DUPLICATES = Table("copies.csv", DuplicateRow)
