import csv
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from fabricated.inspections import inspect_all
from PIL import Image

from kgan.contracts.reader import SliceRequest
from kgan.data.cohort.inspection import find_duplicates
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.progress import Silent
from kgan.schema.base import Plugin
from kgan.schema.data import Labels, Split
from kgan.steps import prepare
from kgan.steps.settings.prepare import PrepareSettings, RequestSettings
from kgan.testing import parametrize
from kgan_plugins.readers.configs import FolderConfig

CLASSES = ("without", "with")
REQUEST = SliceRequest(("t1",), first=0, last=99)
PREPARED = RequestSettings(
    sequences=("t1",), plane="axial", first=0, last=99, image_size=None, center_crop=None
)


@parametrize({"tiny": FolderConfig.tiny}, "reader")
def test_contract(make, check):
    check(make)


def image(seed, size=(24, 24), dtype=np.uint8):
    pixels = np.zeros(size, dtype)
    inner = tuple(side - 8 for side in size)
    pixels[4:-4, 4:-4] = np.random.default_rng(seed).integers(50, 250, inner)
    return pixels


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def data(tmp_path):
    """Twenty images of two classes in four formats."""
    folder = tmp_path / "data"
    for number in range(20):
        name = f"{CLASSES[number % 2]}/{number}.{('png', 'tif', 'png', 'tiff')[number % 4]}"
        save(folder / name, image(number, dtype=np.uint16 if number % 4 == 3 else np.uint8))
    return folder


def assign(folder, whose):
    rows = [(path.relative_to(folder).as_posix(), whose(path)) for path in sorted(folder.rglob("*.*"))]
    with open(folder / "patients.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("file", "patient"), *(row for row in rows if row[0] != "patients.csv")])


def by_pairs(path):
    """One image of each class for each patient."""
    return f"p{int(path.stem.removeprefix('copy')) // 2}"


def test_class_folders(data):
    reader = FolderConfig(path=str(data), classes=CLASSES).build()
    assert len(reader.patients()) == 20
    slices = reader.read("with/1.tif", REQUEST)
    assert slices.labels.tolist() == [1]
    assert np.array_equal(slices.images[0, ..., 0], image(1) / np.float32(255))
    assert slices.files == ("with/1.tif",)
    assert reader.read("without/2.png", REQUEST).labels.tolist() == [0]
    assert FolderConfig(path=str(data), classes=CLASSES[::-1]).build().read(
        "with/1.tif", REQUEST
    ).labels.tolist() == [0]
    assert reader.read("with/3.tiff", REQUEST).images.max() == 1


def test_without_classes_there_are_no_labels(tmp_path):
    for number in range(3):
        save(tmp_path / f"{number}.jpg", image(number))
    reader = FolderConfig(path=str(tmp_path)).build()
    assert reader.patients() == ("0.jpg", "1.jpg", "2.jpg")
    assert reader.read("1.jpg", REQUEST).labels is None
    assert reader.classes == ()


def test_a_table_says_whose_they_are(data):
    assign(data, by_pairs)
    reader = FolderConfig(path=str(data), classes=CLASSES).build()
    assert reader.patients() == tuple(f"p{number}" for number in range(10))
    slices = reader.read("p3", REQUEST)
    assert slices.files == ("with/7.tiff", "without/6.png")
    assert slices.indices.tolist() == [0, 1]
    assert reader.notes() == ()


def test_images_are_counted_in_their_names_order(tmp_path):
    for number in (1, 2, 10, 11):
        save(tmp_path / f"slice_{number}.png", image(number))
    assign(tmp_path, lambda path: "p")
    slices = FolderConfig(path=str(tmp_path)).build().read("p", SliceRequest(("t1",), first=1, last=2))
    assert slices.files == ("slice_2.png", "slice_10.png")


def test_images_without_patients_are_reported_as_unsafe(data):
    (note,) = FolderConfig(path=str(data), classes=CLASSES).build().notes()
    assert "Images without patient ids cannot be split safely" in note


def test_other_folders_are_left_out_and_reported(data):
    save(data / "other" / "a.png", image(50))
    save(data / "loose.png", image(51))
    reader = FolderConfig(path=str(data), classes=CLASSES).build()
    assert len(reader.patients()) == 20
    assert reader.notes()[1].endswith("left out: 1 in ., 1 in other.")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["file,person", "with/1.tif,a"], "line 1: no column patient"),
        (["file,patient", "with/1.tif,"], "line 2: patient is '', expected a name"),
        (["file,patient", "with/1.tif,a", "with/1.tif,b"], "line 3: with/1.tif is of b, but of a"),
        (["file,patient", "with/1.tif,a"], "19 of 20 images are not in it, such as with/11.tiff"),
        (["file,patient", "/data/1.tif,a"], "no image is in it; expected paths below .*data/1.tif"),
        (["file,patient"], "no image is in it"),
        ([], "line 1: the file is empty; expected a table of patients with the header file,patient"),
    ],
)
def test_mistakes_in_the_table(data, lines, says):
    (data / "patients.csv").write_text("\n".join(lines))
    with pytest.raises(DataError, match=says):
        FolderConfig(path=str(data), classes=CLASSES).build().patients()


def test_what_is_not_there(tmp_path, data):
    with pytest.raises(DataError, match="no folder .*nowhere"):
        FolderConfig(path=str(tmp_path / "nowhere")).build().patients()
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no image in .*expected PNG, JPEG or TIFF"):
        FolderConfig(path=str(tmp_path / "empty")).build().patients()
    with pytest.raises(DataError, match="no image of class 'wit'.*did you mean 'with'"):
        FolderConfig(path=str(data), classes=("without", "wit")).build().patients()
    shutil.rmtree(data / "without")
    with pytest.raises(DataError, match="no image of class 'without'.*Folders with images: with"):
        FolderConfig(path=str(data), classes=CLASSES).build().patients()
    with pytest.raises(DataError, match="no patient 'x'"):
        FolderConfig(path=str(data)).build().read("x", REQUEST)


def test_fingerprint_follows_images_and_table(data):
    before = FolderConfig(path=str(data)).build().fingerprint()
    assert FolderConfig(path=str(data)).build().fingerprint() == before
    (data / "notes.txt").write_text("x")
    assert FolderConfig(path=str(data)).build().fingerprint() == before
    with (data / "with" / "1.tif").open("ab") as file:
        file.write(b"more")
    touched = FolderConfig(path=str(data)).build().fingerprint()
    assert touched != before
    assign(data, lambda path: "p")
    assert FolderConfig(path=str(data)).build().fingerprint() not in (before, touched)


def test_names_that_are_no_text(tmp_path):
    save(tmp_path / "a.png", image(0))
    os.rename(tmp_path / "a.png", os.fsencode(tmp_path) + b"/\xff.png")
    assert FolderConfig(path=str(tmp_path)).build().patients() == ("\\xff.png",)


def test_tiny_leaves_nothing_behind():
    reader = FolderConfig.tiny()
    folder = Path(reader.config.path)
    assert reader.patients() == ("tiny",)
    del reader
    assert not folder.exists()


class Notes(Silent):
    def __init__(self):
        self.messages = []

    def say(self, text):
        self.messages.append(text)


@pytest.fixture
def prepared(tmp_path):
    """Return ``prepared(folder, ...)``: the facts of the step prepare, and its messages."""

    def run(folder, classes=CLASSES, exclude=None, image_size=None):
        settings = PrepareSettings(
            reader=Plugin(plugin="folder", parameters={"path": str(folder), "classes": list(classes)}),
            request=PREPARED.model_copy(update={"image_size": image_size}),
            labels=Labels() if classes else None,
            exclude=exclude,
            split=Split(train=0.6, validation=0.2, test=0.2),
            min_patients=None,
            seed=1,
        )
        out = tmp_path / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        notes = Notes()
        return prepare.run(StepContext("prepare", settings, {}, out, notes)), notes.messages

    return run


def table(tmp_path, name):
    with open(tmp_path / "out" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_is_prepared_and_unsafety_reported_once(data, prepared):
    facts, messages = prepared(data)
    assert facts["classes"] == ["without", "with"]
    assert facts["pictures"] is True
    assert sum(sum(counts.values()) for counts in facts["counts"].values()) == 20
    unsafe = [text for text in messages if "cannot be split safely" in text]
    assert unsafe == [f"prepare: {facts['notes'][0]}"]


def test_unreadable_files_are_listed_exclusions(data, prepared, tmp_path):
    (data / "with" / "0.png").write_bytes(b"")
    whole = (data / "without" / "2.png").read_bytes()
    (data / "without" / "half.png").write_bytes(whole[: len(whole) // 2])
    (data / "with" / "text.jpg").write_text("no image")
    facts, messages = prepared(data)
    assert facts["unusable"] == 3
    assert "3 of 23 patients cannot be used" in messages[0]
    listed = {row["patient"]: row["reason"] for row in table(tmp_path, "exclusions.csv")}
    assert "0 bytes" in listed["with/0.png"]
    assert "half.png: damaged" in listed["without/half.png"]
    assert "no such header" in listed["with/text.jpg"]


def test_unreadable_files_of_patients_with_others(data, prepared, tmp_path):
    (data / "without" / "6.png").write_bytes(b"")
    assign(data, by_pairs)
    facts, _ = prepared(data)
    assert facts["unusable"] == 0
    assert facts["excluded"] == {"unreadable": 1}
    (row,) = table(tmp_path, "exclusions.csv")
    assert (row["patient"], row["slice"]) == ("p3", "1")
    assert row["reason"].startswith("unreadable: 6.png: the file is empty")
    assert [row["used"] for row in table(tmp_path, "slices.csv")].count("no") == 1


def test_mixed_sizes_are_refused_without_a_size(data, prepared):
    save(data / "with" / "large.png", image(99, (32, 30)))
    with pytest.raises(DataError, match="several sizes: with/1.tif has 24x24 .*large.png 32x30.*image_size"):
        prepared(data)
    assert prepared(data, image_size=(16, 16))[0]["image_shape"] == [16, 16, 1]


def test_mixed_sizes_within_a_patient(data, prepared):
    save(data / "with" / "31.png", image(99, (32, 30)))
    assign(data, by_pairs)
    with pytest.raises(DataError, match="several sizes.*image_size"):
        prepared(data)


def copied(data, prepared, count):
    """Copy images within their class until a copy is in another split."""
    for number in range(1, 2 * count, 2):
        source = next((data / "with").glob(f"{number}.*"))
        shutil.copy(source, source.with_name(f"copy{number}{source.suffix}"))


def test_copies_in_two_splits_are_refused(data, prepared, tmp_path):
    copied(data, prepared, 5)
    with pytest.raises(DataError) as caught:
        prepared(data)
    text = str(caught.value)
    assert "the same image is in two splits: with/" in text and "with/copy" in text
    assert "data.exclude (patient,slice,reason: with/copy" in text
    assert "same patient in patients.csv" in text
    # What the message says to do: one patient for both,
    assign(data, by_pairs)
    facts, messages = prepared(data)
    assert any("5 images are exact copies of others in the same split" in text for text in messages)
    assert facts["publish"]["results/copies.csv"] == "copies.csv"
    rows = table(tmp_path, "copies.csv")
    assert len(rows) == 5
    assert {row["copy_of_patient"] for row in rows} == {row["patient"] for row in rows}
    # or the copies left out.
    (data / "patients.csv").unlink()
    exclude = tmp_path / "exclude.csv"
    copies = find_duplicates(inspect_all(FolderConfig(path=str(data)).build()))
    exclude.write_text("patient,slice,reason\n" + "\n".join(f"{copy.patient},,copy" for copy in copies))
    facts, _ = prepared(data, exclude=str(exclude))
    assert "results/copies.csv" not in facts["publish"]


def test_copies_of_two_classes_are_refused(data, prepared):
    shutil.copy(data / "with" / "1.tif", data / "without" / "x.tif")
    with pytest.raises(DataError, match="of two classes: with/1.tif is with, without/x.tif is without"):
        prepared(data)
    assign(data, lambda path: f"p{path.stem}")
    with pytest.raises(DataError, match="of two classes: with/1.tif of p1 is with"):
        prepared(data)
    # Without classes they are copies of one split, or of two.
    assign(data, lambda path: "p1" if path.stem in "1x" else path.stem)
    assert "exact copies" in prepared(data, classes=())[0]["notes"][0]


def test_inspection_of_images(data):
    (data / "with" / "1.tif").write_bytes(b"")
    patients = list(inspect_all(FolderConfig(path=str(data), classes=CLASSES).build()))
    kinds = {kind: count for patient in patients for kind, count in patient.kinds.items()}
    assert set(kinds) == {
        ("with", "24x24", "8-bit grey"),
        ("with", "24x24", "16-bit grey"),
        ("without", "24x24", "8-bit grey"),
    }
    assert [patient.problems for patient in patients if patient.problems] == [
        ("1.tif: the file is empty (0 bytes); copy it again",)
    ]
    assert find_duplicates(patients) == []
