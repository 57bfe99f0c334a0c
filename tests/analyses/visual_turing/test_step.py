import base64
import io
import re
from collections import Counter

import numpy as np
import pytest
from fabricated.preparation import CLASSES
from fabricated.small_run import small_run
from PIL import Image

from kgan.analyses.visual_turing import step as turing
from kgan.analyses.visual_turing import test_page as page
from kgan.analyses.visual_turing.facts import written_tests
from kgan.analyses.visual_turing.files import read_key
from kgan.analyses.visual_turing.from_run import turing_settings
from kgan.analyses.visual_turing.settings import TuringTest, VisualTuringSettings
from kgan.data.store.store import ImageStore
from kgan.errors import DataError, RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.pipeline.records.finished_run import read_run
from kgan.schema.data import ViewSettings


def turing_settings_of(per_class=True, **changes):
    test = TuringTest(
        name="pggan", title="PGGAN", step="generate-pggan", view=ViewSettings(), canvas=(8, 8),
        per_class=per_class,
    )  # fmt: skip
    values = {
        "seed": 5, "tests": (test,), "real": 50, "synthetic": 40, "repeats": 12, "real_from": None,
        "image_size": None, "margin": 0.1, "classes": CLASSES, "published": {},
    }  # fmt: skip
    return VisualTuringSettings(**{**values, **changes})


@pytest.fixture
def build(tmp_path):
    """Return ``build(run, sources, **settings)``: facts and the folder written."""

    def make(run, sources=(), seed=None, **settings):
        finished = read_run(run)
        changes = {"real": 4, "synthetic": 4, "repeats": 2, **settings}
        whole = turing_settings(finished, sources, changes, seed)
        out = tmp_path / f"out-{len(list(tmp_path.iterdir()))}"
        out.mkdir()
        return turing.run(StepContext("turing", whole, finished.folders, out)), out

    return make


def test_a_page_and_a_key_for_each_pool(tmp_path, build):
    facts, out = build(small_run(tmp_path / "run"))
    assert facts["publish"] == {
        "turing/pggan.html": "pggan.html",
        "turing/keys/pggan.json": "pggan.key.json",
        "turing/simgan.html": "simgan.html",
        "turing/keys/simgan.json": "simgan.key.json",
    }
    assert all((out / name).is_file() for name in facts["publish"].values())
    first, second = written_tests(facts)
    assert (first.images, first.repeats, first.real_from, first.image_size) == (16, 2, ("test",), (16, 16))
    assert (first.patients, second.image_size) == (7, (14, 14))
    key = read_key(out / "pggan.key.json")
    assert key.test == first.test != second.test
    kinds = Counter((item.picture.origin, item.picture.kind) for item in key.shown.values())
    assert set(kinds.values()) == {4} and len(kinds) == 4
    assert {item.picture.source for item in key.items} == {"test", "pool"}
    assert key.classes == ("non_tumor", "tumor")


def test_a_pool_that_saw_a_test_patient_is_not_shown(tmp_path, build):
    run = small_run(tmp_path / "run")
    place = run / "steps/refine-simgan/0"
    result = manifest.read(place)
    manifest.write(place, {**result, "facts": {"patients": ["test-3"]}})
    with pytest.raises(RunError, match="refine-simgan derives from test patients: test-3"):
        build(run)


def test_several_scans_of_a_person_are_one_patient(tmp_path, build):
    run = small_run(tmp_path / "run")
    place = run / "steps/prepare/0"
    result = manifest.read(place)
    result["facts"]["subjects"] = {f"test-{number}": f"person-{number // 2}" for number in range(6)}
    manifest.write(place, result)
    facts, out = build(run, ["pggan"])
    assert written_tests(facts)[0].patients == 4
    shown = read_key(out / "pggan.key.json").shown.values()
    real = Counter(item.picture.patient for item in shown if item.picture.origin == "real")
    assert real == {"person-0": 2, "person-1": 2, "person-2": 2, "test-6": 2}


def test_the_same_settings_make_the_same_files(tmp_path, build):
    run = small_run(tmp_path / "run")
    (_, first), (_, second), (_, other) = build(run), build(run), build(run, seed=6)
    for name in ("pggan.html", "pggan.key.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes() != (other / name).read_bytes()


@pytest.mark.parametrize("kind", ["phantom", "real"])
def test_raters_learn_of_phantoms(tmp_path, build, monkeypatch, kind):
    flags = []
    monkeypatch.setattr(turing, "turing_page", lambda *_, phantom: flags.append(phantom) or "")
    build(small_run(tmp_path / "run", kind=kind), ["pggan"])
    assert flags == [kind == "phantom"]


def test_images_are_those_of_the_stores(tmp_path, build, monkeypatch):
    shown = {}
    monkeypatch.setattr(turing, "turing_page", lambda key, images, **_: shown.update(images) or "")
    run = small_run(tmp_path / "run")
    _, out = build(run, ["pggan"])
    pool = ImageStore(run / "steps/generate-pggan/0/pool.h5")
    real = ImageStore(run / "steps/prepare/0/test.h5")
    for item in read_key(out / "pggan.key.json").items:
        picture, image = item.picture, shown[item.name]
        if picture.origin == "synthetic":
            assert np.array_equal(image, pool.images([picture.index])[0, :, :, 0])
            assert pool.classes[pool.labels[picture.index]] == picture.kind
        else:  # somewhere on the GAN's canvas
            rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
            cut = image[rows[0] : rows[0] + 12, columns[0] : columns[0] + 12]
            assert np.array_equal(cut, real.images([picture.index])[0, :, :, 0])
            assert real.patients[picture.index] == picture.patient


def test_concat_shows_its_sequences_in_equal_parts(tmp_path, build):
    sequences = ("t1", "t1c", "t2", "flair")
    run = small_run(tmp_path / "run", classes=(), sequences=sequences, concat=True)
    facts, out = build(run, ["pggan"], real=8, synthetic=8)
    key = read_key(out / "pggan.key.json")
    assert key.classes == ()
    real = Counter(item.picture.sequence for item in key.shown.values() if item.picture.origin == "real")
    assert real == dict.fromkeys(sequences, 2)
    assert written_tests(facts)[0].images == 16


def test_real_images_come_from_the_test_split_as_far_as_it_has_enough(tmp_path, build):
    run = small_run(tmp_path / "run", per_class=30)

    def real_from(**settings):
        (test,) = written_tests(build(run, ["pggan"], **settings)[0])
        return test.real_from

    assert real_from(real=30) == ("test",)
    assert real_from(real=40) == ("validation", "test")
    assert real_from(real=70) == ("train", "validation", "test")
    assert real_from(real_from=["train"]) == ("train",)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"synthetic": 61}, "too few synthetic images of class non_tumor: 60, expected 61"),
        ({"repeats": 9}, "9 images to repeat among 16; expected at most 8"),
    ],
    ids=["synthetic", "repeats"],
)
def test_too_few_images_are_refused(tmp_path, build, settings, says):
    with pytest.raises(DataError, match=says):
        build(small_run(tmp_path / "run"), ["pggan"], **settings)


def test_second_showings_are_declared():
    assert list(turing.deviations(turing_settings_of(repeats=0))) == ["draw"]
    deviations = turing.deviations(turing_settings_of(repeats=12))
    assert "12 images are shown a second time" in deviations["repeats"]


def test_of_fewer_real_images_all_are_shown_and_of_the_rest_in_proportion(tmp_path, build):
    facts, out = build(small_run(tmp_path / "run"), ["pggan"], real=360, synthetic=60, repeats=40)
    shown = Counter(
        (item.picture.origin, item.picture.kind) for item in read_key(out / "pggan.key.json").shown.values()
    )
    assert {count for (origin, _), count in shown.items() if origin == "real"} == {180}
    assert {count for (origin, _), count in shown.items() if origin == "synthetic"} == {30}
    assert written_tests(facts)[0].repeats == 20
    (text,) = facts["limits"]
    assert text.startswith(
        "180 instead of 360 real, 30 instead of 60 synthetic, 20 instead of 40 repeats, as"
    )


def test_real_images_of_the_chosen_splits_alone_are_shown(tmp_path, build):
    facts, _ = build(
        small_run(tmp_path / "run"), ["pggan"], real=120, synthetic=60, real_from=["test"], repeats=0
    )
    (test,) = written_tests(facts)
    assert (test.real_from, test.real) == (("test",), 120)
    with pytest.raises(DataError, match="4 real images of class non_tumor; expected 5 or more"):
        build(
            small_run(tmp_path / "few", per_class=4),
            ["pggan"],
            real=5,
            synthetic=4,
            real_from=["test"],
            repeats=0,
        )


def test_what_is_resized_is_resized_alike(tmp_path, build, monkeypatch):
    sizes = []
    monkeypatch.setattr(turing, "flat", lambda *given: sizes.append(given[1:]) or page.flat(*given))
    facts, out = build(small_run(tmp_path / "run"), image_size=[20, 24], repeats=0)
    assert sizes == [((20, 24), False)] * 4
    tests = written_tests(facts)
    assert [(test.image_size, test.images, test.repeats) for test in tests] == [((20, 24), 16, 0)] * 2
    for name in ("pggan", "simgan"):
        shown = re.findall(r'"png": ?"([^"]+)"', (out / f"{name}.html").read_text())
        sides = [Image.open(io.BytesIO(base64.b64decode(png))).size for png in shown]
        assert sides == [(24, 20)] * 16
