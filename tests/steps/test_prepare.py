import dataclasses
import json
from types import SimpleNamespace

import nibabel
import numpy as np
import pytest
from fabricated.reader import ByHandConfig

from kgan import registry
from kgan.contracts.reader import PatientSlices, Reader
from kgan.data.cohort import tables
from kgan.data.store.store import ImageStore
from kgan.errors import DataError, RecipeError
from kgan.pipeline.context import StepContext
from kgan.progress import Silent
from kgan.schema.base import Plugin
from kgan.schema.data import Labels, Split
from kgan.steps import prepare
from kgan.steps.settings.prepare import PrepareSettings, RequestSettings

REQUEST = RequestSettings(
    sequences=("t1c", "t2"), plane="axial", first=3, last=12, image_size=None, center_crop=None
)
LABELS = Labels(min_tumor_area=20.0, margin=1, incomplete=4.0)
SETTINGS = PrepareSettings(
    reader=Plugin(plugin="fake"),
    request=REQUEST,
    labels=LABELS,
    exclude=None,
    split=Split(train=6, validation=2, test=2),
    min_patients=None,
    seed=3,
)


class Fake(Reader):
    """Ten patients with a disc for a brain and a square for a tumour; two of them cannot be used."""

    config = ByHandConfig()

    synthetic = True

    def patients(self):
        return tuple(f"p{number:02d}" for number in range(12))

    def subject(self, patient):
        return "twice" if patient in ("p00", "p01") else patient

    def read(self, patient, request):
        number = int(patient[1:])
        if number in (4, 7):
            raise DataError("t1c.nii.gz: the file is truncated; copy it again")
        rows, columns = np.mgrid[:24, :24]
        brain = ((rows - 11.5) ** 2 + (columns - 11.5) ** 2 < 81).astype(np.float32)
        folds = np.random.default_rng(number).uniform(0.2, 1, (24, 24)).astype(np.float32)
        brain[:10] *= folds[:10]
        brain[15:] *= folds[15:]
        images = np.repeat(np.stack([brain * 0.4, brain * 0.6], -1)[None], len(request.indices()), 0)
        area = np.zeros(16, np.float32)
        area[6 : 9 + number % 2] = 30 + number
        images[2, 8:12, 8:12] = 1
        images[:, 8, 8] = 0.3 + number / 50
        if number == 9:
            images[-1, :, 4:] = 0
        return PatientSlices(patient, images, np.array(request.indices()), tumor_area=area)


class Notes(Silent):
    """Keeps the messages."""

    def __init__(self):
        self.messages, self.totals, self.units = [], [], 0

    def begin(self, label, total, done=0):
        self.totals.append((label, total))

    def advance(self, units=1, note=""):
        self.units += units

    def say(self, text):
        self.messages.append(text)


def use(monkeypatch, reader):
    """Let every configuration build a reader."""
    monkeypatch.setattr(
        registry, "configure", lambda *given, **more: SimpleNamespace(build=lambda: reader(ByHandConfig()))
    )


@pytest.fixture
def context(tmp_path, monkeypatch):
    use(monkeypatch, Fake)
    (tmp_path / "out").mkdir()
    return StepContext("prepare", SETTINGS, {}, tmp_path / "out", Notes())


def changed(context, **settings):
    return dataclasses.replace(context, settings=context.settings.model_copy(update=settings))


def test_a_cohort_becomes_three_stores(context):
    facts = prepare.run(context)
    names = {path.name for path in context.out.iterdir()}
    files = {"slices.csv", "exclusions.csv", "patients.csv", "counts.csv"}
    assert names == files | {"train.h5", "validation.h5", "test.h5", "contact_sheet.png"}
    assert set(facts["publish"].values()) == files | {"contact_sheet.png"}
    assert facts["image_shape"] == [24, 24, 2]
    assert facts["classes"] == ["non_tumor", "tumor"]
    assert facts["synthetic"] is True
    assert facts["unusable"] == 2
    assert json.loads(json.dumps(facts)) == facts
    assert facts["excluded"]["incomplete"] == 1
    seen = []
    for split, members in facts["patients"].items():
        store = ImageStore(context.out / f"{split}.h5")
        store.verify()
        assert sorted(set(store.patients)) == members
        counts = {name: int((store.labels == label).sum()) for label, name in enumerate(store.classes)}
        assert counts == facts["counts"][split]
        assert store.provenance["kind"] == "phantom"
        assert store.provenance["split"] == split
        assert store.images([0])[0, 12, 12].tolist() == [102, 153]
        tumor = store.slices[store.labels == 1]
        assert set(tumor) <= {6, 7, 8, 9} and set(store.slices[store.labels == 0]) <= {3, 4, 11, 12, 10}
        seen += members
    assert len(seen) == len(set(seen)) == 10
    homes = [split for split, members in facts["patients"].items() if {"p00", "p01"} & set(members)]
    assert len(homes) == 1


def test_progress_and_tables(context):
    prepare.run(context)
    assert context.progress.totals[0] == ("prepare: read patients", 12)
    used = [row for row in tables.SLICES.read(context.out) if row.used]
    assert context.progress.totals[1] == ("prepare: store images", len(used))
    assert context.progress.units == 12 + len(used)
    note = "2 of 12 patients cannot be used (such as p04: t1c.nii.gz: the file is truncated"
    assert note in context.progress.messages[0]
    unusable = [row for row in tables.PATIENTS.read(context.out) if not row.usable]
    assert [row.patient for row in unusable] == ["p04", "p07"]
    assert all(row.reason.startswith("unusable: t1c.nii.gz") for row in unusable)
    kinds = {row.reason.partition(":")[0] for row in tables.EXCLUSIONS.read(context.out)}
    assert kinds >= {"borderline", "unusable"}


def test_equal_seeds_give_equal_bytes_and_left_overs_do_no_harm(context, tmp_path):
    facts = prepare.run(context)
    again = dataclasses.replace(context, out=tmp_path / "again", progress=Notes())
    again.out.mkdir()
    (again.out / ".writing-abc.h5").write_text("half")
    (again.out / "staging.h5").write_text("half")
    prepare.run(again)
    for path in context.out.iterdir():
        assert (again.out / path.name).read_bytes() == path.read_bytes(), path.name
    assert len(list(again.out.iterdir())) == len(list(context.out.iterdir()))
    assert prepare.run(changed(again, seed=4))["patients"] != facts["patients"]


def test_exclusions_by_hand(context, tmp_path):
    (tmp_path / "exclude.csv").write_text("patient,slice,reason\np02,,moved\np03,6,fold\n")
    split = Split(train=5, validation=2, test=2)
    facts = prepare.run(changed(context, exclude=str(tmp_path / "exclude.csv"), split=split))
    assert "p02" not in sum(facts["patients"].values(), [])
    assert facts["excluded"]["by hand"] == 1
    reasons = {(row.patient, row.slice): row.reason for row in tables.EXCLUSIONS.read(context.out)}
    assert reasons["p02", None] == "by hand: moved"
    assert reasons["p03", 6] == "by hand: fold"
    assert context.progress.totals[0][1] == 11


def test_images_without_classes(context):
    facts = prepare.run(changed(context, labels=None))
    assert facts["classes"] == []
    assert facts["counts"]["train"] == {"all": 60}
    assert set(ImageStore(context.out / "train.h5").labels) == {-1}


def test_every_third_slice_and_shares(context, tmp_path):
    request = REQUEST.model_copy(update={"step": 3})
    split = Split(train=0.6, validation=0.2, test=0.2)
    (tmp_path / "exclude.csv").write_text("patient,slice,reason\np02,4,not requested\n")
    facts = prepare.run(changed(context, request=request, split=split, exclude=str(tmp_path / "exclude.csv")))
    assert facts["excluded"].get("by hand") is None
    assert [len(members) for members in facts["patients"].values()] == [6, 2, 2]


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        (
            {"split": Split(train=12, validation=2, test=2)},
            DataError,
            "too few patients: 16 needed by data.split, 12 found, 0 excluded by hand, 0 unusable, 12 remain",
        ),
        (
            {"split": Split(train=8, validation=2, test=2)},
            DataError,
            "12 needed by data.split, 12 found, 0 excluded by hand, 2 unusable (such as p04: t1c",
        ),
        ({"min_patients": 11}, DataError, "11 needed"),
        ({"labels": LABELS.model_copy(update={"min_tumor_area": 1e4})}, DataError, "no tumor image remains"),
        ({"exclude": "nowhere.csv"}, DataError, "no exclusion table nowhere.csv"),
        ({"request": REQUEST.model_copy(update={"first": 30})}, RecipeError, "no slice from 30 to 12"),
    ],
    ids=["too-few", "too-few-usable", "min-patients", "no-class", "exclude", "range"],
)
def test_refusals_leave_no_images(context, settings, error, says):
    with pytest.raises(error) as caught:
        prepare.run(changed(context, **settings))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(context.out.iterdir()) == []


def test_brats_folder_through_the_registry(tmp_path):
    rows_, columns, levels = np.mgrid[:24, :24, :16]
    brain = (rows_ - 11.5) ** 2 + (columns - 11.5) ** 2 < 90
    for number in range(5):
        draw = np.random.default_rng(number)
        scan = np.where(brain, draw.normal(400, 60, brain.shape), 0).astype(np.int16)
        mask = ((rows_ > 8) & (rows_ < 14) & (columns > 6) & (columns < 13) & (levels > 9)).astype(np.uint8)
        folder = tmp_path / "data" / f"P{number}"
        folder.mkdir(parents=True)
        for name, voxels in (("t1ce", scan), ("seg", mask)):
            image = nibabel.Nifti1Image(voxels, np.diag([-1.0, -1.0, 1.0, 1.0]))
            nibabel.save(image, folder / f"P{number}_{name}.nii.gz")
    broken = tmp_path / "data" / "P3" / "P3_t1ce.nii.gz"
    broken.write_bytes(broken.read_bytes()[:2000])
    changes = {
        "reader": Plugin(plugin="brats", parameters={"path": str(tmp_path / "data")}),
        "request": REQUEST.model_copy(
            update={"sequences": ("t1c",), "first": 2, "last": 14, "image_size": (32, 32)}
        ),
        "split": Split(train=2, validation=1, test=1),
    }
    settings = SETTINGS.model_copy(update=changes)
    (tmp_path / "out").mkdir()
    facts = prepare.run(StepContext("prepare", settings, {}, tmp_path / "out"))
    assert facts["image_shape"] == [32, 32, 1]
    assert facts["unusable"] == 1
    assert facts["counts"]["train"] == {"non_tumor": 14, "tumor": 10}


class TwoNames(Fake):
    """Who is p03 is there once more, as another spells the name."""

    other = "P3"

    def patients(self):
        return (*super().patients(), self.other)


@pytest.mark.parametrize("other", ["P3", "p3", " p03", "p\u200b03", "P\uff10\uff13"], ids=ascii)
def test_one_person_under_two_names_is_refused_before_anything_is_read(context, monkeypatch, other):
    monkeypatch.setattr(TwoNames, "other", other)
    use(monkeypatch, TwoNames)
    with pytest.raises(
        DataError, match="'p03' .*look like one patient; .*patients.csv; if they are two, rename"
    ):
        prepare.run(context)
    assert context.progress.totals == [] and list(context.out.iterdir()) == []


def test_leaving_out_one_of_a_persons_names_is_refused(context, monkeypatch, tmp_path):
    use(monkeypatch, TwoNames)
    (tmp_path / "exclude.csv").write_text("patient,slice,reason\nP3,,moved\n")
    with pytest.raises(
        DataError, match="'P3' is left out and 'p03', who looks like the same patient, is not"
    ):
        prepare.run(changed(context, exclude=str(tmp_path / "exclude.csv")))
    (tmp_path / "exclude.csv").write_text("patient,slice,reason\nP3,,moved\np03,,moved\n")
    split = Split(train=5, validation=2, test=2)
    facts = prepare.run(changed(context, exclude=str(tmp_path / "exclude.csv"), split=split))
    assert not {"P3", "p03"} & set(sum(facts["patients"].values(), []))


def test_persons_whose_names_look_alike_are_refused(context, monkeypatch):
    monkeypatch.setattr(
        Fake, "subject", lambda self, patient: {"p05": "Jane", "p06": "jane "}.get(patient, patient)
    )
    with pytest.raises(
        DataError, match="the persons whose scans these are: 'Jane' and 'jane ' look like one"
    ):
        prepare.run(context)


class FewTumours(Fake):
    """Of the patients that can be used three have a tumour of some size."""

    def read(self, patient, request):
        slices = super().read(patient, request)
        if patient not in ("p02", "p03", "p05"):
            slices.tumor_area[:] = 0
        return slices


def test_the_split_is_drawn_until_each_part_has_every_class(context, monkeypatch):
    use(monkeypatch, FewTumours)
    for seed in range(12):
        facts = prepare.run(
            changed(context, seed=seed, labels=LABELS.model_copy(update={"incomplete": None}))
        )
        assert all(counts["tumor"] and counts["non_tumor"] for counts in facts["counts"].values())
    assert any("shared out" in line for line in context.progress.messages)


class Twin(Fake):
    """The scan of p02 is there once more, darker and mirrored, as p10's."""

    def read(self, patient, request):
        if patient != "p10":
            return super().read(patient, request)
        slices = super().read("p02", request)
        mirrored = slices.images[:, :, ::-1] * np.float32(0.8)
        return dataclasses.replace(slices, patient=patient, images=mirrored)


def test_a_scan_that_is_there_again_mirrored_and_darker_is_reported(context, monkeypatch):
    use(monkeypatch, Twin)
    for seed in range(20):
        facts = prepare.run(changed(context, seed=seed))
        splits = {member: split for split, members in facts["patients"].items() for member in members}
        if splits["p02"] != splits["p10"]:
            break
    near = tables.DUPLICATES.read(context.out)
    assert {(row.patient, row.copy_of_patient) for row in near} == {("p10", "p02")}
    assert all((row.split, row.copy_of_split) == (splits["p10"], splits["p02"]) for row in near)
    assert {row.change for row in near} == {"mirrored left to right"}
    assert facts["near_copies"] == {"images": len(near), "across_splits": len(near)}
    assert facts["publish"]["results/copies.csv"] == "copies.csv"
    text = f"{len(near)} of the pairs are in two splits, such as slice"
    assert any(text in note for note in facts["notes"])
    assert any("look like near copies of another patient's" in line for line in context.progress.messages)


def test_without_copies_there_is_no_table_and_an_old_one_is_taken_back(context):
    facts = prepare.run(context)
    assert facts["near_copies"] == {"images": 0, "across_splits": 0}
    assert facts["withdraw"] == ["results/copies.csv"] and "results/copies.csv" not in facts["publish"]


def test_further_patients_have_a_store_of_their_own_and_change_no_other_part(context):
    split = Split(train=4, validation=2, test=2)
    without = prepare.run(changed(context, split=split))
    bytes_of = {path.name: path.read_bytes() for path in context.out.glob("*.h5")}
    facts = prepare.run(changed(context, split=split.model_copy(update={"further": 2})))
    further = facts["patients"].pop("further")
    assert facts["patients"] == without["patients"] and len(further) == 2
    store = ImageStore(context.out / "further.h5")
    assert sorted(set(store.patients)) == further and store.provenance["split"] == "further"
    assert set(store.labels) == {0, 1}  # also of few patients images of each class
    assert {name: (context.out / name).read_bytes() for name in bytes_of} == bytes_of
    assert {row.split for row in tables.COUNTS.read(context.out)} == {*without["patients"], "further"}
    rows = {row.patient: row.split for row in tables.PATIENTS.read(context.out)}
    assert {patient for patient, split in rows.items() if split == "further"} == set(further)


def test_two_scans_of_a_person_are_never_in_the_further_part_and_in_another(context):
    for seed in range(5):
        split = Split(train=3, validation=2, test=2, further=3)
        parts = prepare.run(changed(context, split=split, seed=seed))["patients"]
        assert sum({"p00", "p01"} <= set(members) for members in parts.values()) == 1


def test_what_is_incomplete_is_not_learnt_from_further_patients(context, monkeypatch):
    from kgan.data.cohort import completeness

    learnt = set()
    monkeypatch.setattr(completeness, "fit", lambda whose, *_: learnt.update(whose.tolist()))
    facts = prepare.run(changed(context, split=Split(train=4, validation=2, test=2, further=2)))
    assert learnt and learnt <= set(facts["patients"]["train"])
