import pytest

from kgan.data.cohort.tables import (
    COUNTS,
    DUPLICATES,
    EXCLUSIONS,
    PATIENTS,
    SLICES,
    CountRow,
    DuplicateRow,
    ExclusionRow,
    PatientRow,
    SliceRow,
)

DUPLICATE = DuplicateRow(
    patient="P2",
    slice=4,
    file="b.png",
    split="test",
    copy_of_patient="P1",
    copy_of_slice=3,
    copy_of_file="a.png",
    copy_of_split="train",
    similarity=0.9876,
    change="mirrored",
)


def slice_row(index, split="", class_name="", tumor_area=None, used=True, reason=""):
    return SliceRow(
        patient="P1",
        slice=index,
        split=split,
        class_name=class_name,
        tumor_area=tumor_area,
        used=used,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("table", "rows", "lines"),
    [
        (
            SLICES,
            [
                SliceRow(
                    patient="P1",
                    slice=3,
                    split="train",
                    class_name="tumor",
                    tumor_area=80.5,
                    used=True,
                    reason="",
                ),
                SliceRow(
                    patient="P1",
                    slice=4,
                    split="",
                    class_name="",
                    tumor_area=None,
                    used=False,
                    reason="blank",
                ),
            ],
            [
                "patient,slice,split,class,tumor_area_mm2,used,reason",
                "P1,3,train,tumor,80.5,yes,",
                "P1,4,,,,no,blank",
            ],
        ),
        (
            EXCLUSIONS,
            [
                ExclusionRow(patient="P1", slice=1, reason="fold"),
                ExclusionRow(patient="P2", slice=None, reason=""),
            ],
            ["patient,slice,reason", "P1,1,fold", "P2,,"],
        ),
        (
            PATIENTS,
            [PatientRow(patient="P1", split="", usable=False, reason="no t1c")],
            ["patient,split,usable,reason", "P1,,no,no t1c"],
        ),
        (
            COUNTS,
            [CountRow(split="train", class_name="", images=30, patients=2)],
            ["split,class,images,patients", "train,,30,2"],
        ),
        (
            DUPLICATES,
            [DUPLICATE],
            [
                "patient,slice,file,split,copy_of_patient,copy_of_slice,copy_of_file,copy_of_split,similarity,change",
                "P2,4,b.png,test,P1,3,a.png,train,0.9876,mirrored",
            ],
        ),
    ],
    ids=lambda value: getattr(value, "file", None),
)
def test_rows_are_read_as_they_were_written(table, rows, lines, tmp_path):
    table.write(tmp_path, rows)
    assert (tmp_path / table.file).read_text().splitlines() == lines
    assert table.read(tmp_path) == rows
