import json

import pytest

from kgan import recipe as recipes
from kgan.analyses.comparison.settings import ComparedCell, PlannedPair, Published
from kgan.analyses.fidelity.settings import MeasuredPool, PublishedMeasures
from kgan.plan import plan
from kgan.plan.builder import seed_of
from kgan.schema.base import Plugin
from kgan.steps.settings.classify import SourceSettings
from kgan.steps.settings.pools import PoolModel
from kgan.steps.settings.shared import ViewSettings

SETUPS = ("1-real", "2-classic", "3-tiles", "4-polish")


@pytest.fixture
def steps(write):
    return {step.name: step for step in plan(recipes.load(write()))}


def test_steps_in_an_order_that_can_be_run(steps):
    assert list(steps) == [
        "prepare",
        "check-cohort",
        "train-tiles-non_tumor",
        "train-tiles-tumor",
        "generate-tiles",
        "train-polish-non_tumor",
        "train-polish-tumor",
        "refine-polish",
        *(f"classify-{setup}-{variant}" for setup in SETUPS for variant in ("mean", "max")),
        "compare",
        "export",
        "report",
    ]
    before = set()
    for step in steps.values():
        assert set(step.needs) <= before
        before.add(step.name)


def test_settings_are_plain_and_seeded(steps):
    for step in steps.values():
        values = step.settings.to_json()
        assert type(step.settings).model_validate(json.loads(json.dumps(values))).to_json() == values
        assert 0 <= step.settings.seed < 2**31


def test_prepare(steps):
    settings = steps["prepare"].settings
    assert settings.reader == Plugin(plugin="checkers", parameters={"boards": 9})
    assert settings.request.model_dump() == {
        "sequences": ("t1c",), "plane": "axial", "first": 0, "last": 9, "step": 1, "image_size": (12, 12),
        "center_crop": None,
    }  # fmt: skip
    assert (settings.number, settings.exclude, settings.min_patients) == (0, None, None)


def test_training_and_generating(steps):
    train = steps["train-tiles-tumor"]
    assert (train.kind, train.needs) == ("train_gan", ("prepare",))
    assert (train.settings.class_name, train.settings.label) == ("tumor", 1)
    assert train.settings.gan == Plugin(plugin="tiles", parameters={"latent": 4, "rates": [0.001, 1]})
    assert train.settings.loss == Plugin(plugin="plain", parameters={"scale": 2})
    assert train.settings.seed != steps["train-tiles-non_tumor"].settings.seed
    generate = steps["generate-tiles"]
    assert generate.needs == ("train-tiles-non_tumor", "train-tiles-tumor")
    assert [model.count for model in generate.settings.models] == [45, 45]


def test_refining(steps):
    assert steps["train-polish-tumor"].needs == ("prepare", "generate-tiles")
    assert steps["train-polish-tumor"].settings.source == "generate-tiles"
    assert steps["refine-polish"].needs == ("generate-tiles", "train-polish-non_tumor", "train-polish-tumor")
    assert [model.count for model in steps["refine-polish"].settings.models] == [32, 32]


def test_classifying(steps):
    step = steps["classify-4-polish-max"]
    assert step.needs == ("prepare", "refine-polish")
    assert step.settings.sources == (
        SourceSettings(name="real", kind="real", count=None, step="prepare"),
        SourceSettings(name="classic", kind="classic", count=20, step="prepare"),
        SourceSettings(name="polish", kind="pool", count=30, step="refine-polish"),
    )
    assert step.settings.classifier.parameters == {"rate": 0.1, "form": "max"}
    assert step.settings.classic.rotation == 10
    assert steps["classify-1-real-mean"].settings.classic is None
    seeds = {step.settings.seed for step in steps.values() if step.kind == "classify"}
    assert len(seeds) == 1


def test_comparing_exporting_reporting(steps):
    compare = steps["compare"].settings
    assert compare.involving == ("4 +polish",)
    assert (compare.metric, compare.alpha) == ("accuracy", 0.05)
    assert compare.planned[:3] == (
        PlannedPair(first="1 real", second="2 +classic", variant="mean"),
        PlannedPair(first="1 real", second="2 +classic", variant="max"),
        PlannedPair(first="1 real", second="3 +tiles", variant="mean"),
    )
    assert len(compare.planned) == 6
    assert compare.cells[0] == ComparedCell(
        setup="1 real",
        title="1 real",
        variant="mean",
        step="classify-1-real-mean",
        published=Published(accuracy=91.5),
    )
    assert [model.name for model in steps["export"].settings.models][0] == "tiles-non_tumor"
    report = steps["report"]
    assert set(report.needs) == set(steps) - {"report"}
    assert report.settings.paper["gans"]["tiles"]["train"]["epochs"] == 200
    assert report.settings.synthetic is True
    assert "compute" not in report.settings.recipe


@pytest.mark.parametrize(
    ("override", "changed"),
    [
        ("compute={xla: on, strategy: one, threads: 3, deterministic: true, checkpoint_minutes: 1}", set()),
        ("setups.3 +tiles.tiles=92", {"generate-tiles", "classify-3-tiles-mean", "classify-3-tiles-max"}),
        ("setups.3 +tiles.tiles=8", {"generate-tiles", "classify-3-tiles-mean", "classify-3-tiles-max"}),
        (
            "classic.rotation=5",
            {f"classify-{s}-{v}" for s in ("2-classic", "4-polish") for v in ("mean", "max")},
        ),
        ("gans.tiles.crop=1", {"train-tiles-non_tumor", "train-tiles-tumor"}),
    ],
)
def test_a_change_reaches_what_it_changes_and_nothing_else(write, steps, override, changed):
    other = plan(recipes.load(write(), overrides=[override]))
    differ = {step.name for step in other if step.settings != steps[step.name].settings}
    assert differ - {"report", "check-cohort"} == changed
    assert ("report" in differ) == bool(changed)


def test_pools_hold_what_is_requested_learnt_from_and_shown(write):
    def size(**keywords):
        steps = {step.name: step for step in plan(recipes.load(write(), **keywords))}
        return {
            name: sum(model.count for model in steps[name].settings.models)
            for name in ("generate-tiles", "refine-polish")
        }

    assert size() == {"generate-tiles": 90, "refine-polish": 64}
    assert size(overrides=["setups.3 +tiles=null"]) == {"generate-tiles": 80, "refine-polish": 64}
    assert size(overrides=["setups.4 +polish.polish=400"]) == {"generate-tiles": 400, "refine-polish": 400}


def test_another_seed_changes_every_step(write, steps):
    other = plan(recipes.load(write(), seed=6))
    assert all(step.settings.seed != steps[step.name].settings.seed for step in other)
    # The first four bytes of sha256sum's "4778a8ae...", the lowest first, without the last bit.
    assert seed_of(5, "prepare") == steps["prepare"].settings.seed == 1_465_138_211


def test_one_model_of_all_classes(write):
    path = write(change=("labels: {min_tumor_area: 1}", "labels: null"))
    text = path.read_text().replace("    crop: 3", "    per_class: false").partition("refiners:")[0]
    path.write_text(text.replace("profile: quick\n", ""))
    steps = {step.name: step for step in plan(recipes.load(path))}
    assert list(steps) == [
        "prepare", "check-cohort", "train-tiles", "generate-tiles", "export", "report"
    ]  # fmt: skip
    assert steps["train-tiles"].settings.label is None
    assert steps["generate-tiles"].settings.models == (PoolModel(step="train-tiles", label=None, count=64),)
    assert steps["prepare"].settings.labels is None


def test_what_a_gan_sees_is_part_of_its_training(write):
    path = write(change=("    crop: 3", "    sequences: [t1c]\n    concat: true\n    image_size: [8, 8]"))
    steps = {step.name: step for step in plan(recipes.load(path))}
    seen = ViewSettings(sequences=("t1c",), concat=True, image_size=(8, 8))
    assert steps["train-tiles-tumor"].settings.view == seen


def test_pools_are_measured_against_what_their_gans_saw(write):
    measures = (
        "measures: {images: 100, published: {real: {rho: 0.7, sigma: 4, delta: 3}, "
        "tiles: {rho: 0.6, sigma: 3, delta: 2}}}\nclassifier:"
    )
    steps = {step.name: step for step in plan(recipes.load(write(change=("classifier:", measures))))}
    step = steps["measure"]
    assert step.needs == ("prepare", "generate-tiles", "refine-polish")
    assert (step.settings.components, step.settings.images) == (16, 100)
    tiles, polish = step.settings.pools
    assert tiles == MeasuredPool(
        name="tiles",
        step="generate-tiles",
        view=ViewSettings(),
        canvas=(16, 16),
        crop=3,
        published=PublishedMeasures(rho=0.6, sigma=3, delta=2),
    )
    assert (polish.view, polish.canvas) == (ViewSettings(image_size=(12, 12)), (12, 12))
    assert polish.published is None
    assert step.settings.published.rho == 0.7
    assert [model.count for model in steps["generate-tiles"].settings.models] == [50, 50]
    assert "measure" in steps["report"].needs


def test_distances_by_a_classifier_wait_for_it(write):
    text = (
        "measures: {images: 20, distances: {features: {network: null, classifier: 1 real, image_size: 12}}}"
    )
    steps = {
        step.name: step for step in plan(recipes.load(write(change=("compare: {involving: refined}", text))))
    }
    settings = steps["measure"].settings.distances
    assert settings.features.classifier == "classify-1-real-mean"
    assert "classify-1-real-mean" in steps["measure"].needs


def test_a_pools_patient_equivalent_is_measured_on_growing_numbers_of_patients(write):
    text = "equivalent: {source: tiles, images: 50, patients: [2, 3, all], classic: 10}"
    steps = {
        step.name: step for step in plan(recipes.load(write(change=("compare: {involving: refined}", text))))
    }
    cells = steps["equivalent"].settings.cells
    assert [(cell.patients, cell.pool) for cell in cells] == [
        (2, False), (2, True), (3, False), (3, True), ("all", False), ("all", True)
    ]  # fmt: skip
    few, many = (steps[cells[place].step].settings.sources for place in (1, 5))
    assert [(source.name, source.count, source.patients) for source in few] == [
        ("real", None, 2), ("classic", 10, None), ("tiles", 50, None)
    ]  # fmt: skip
    assert many[0].patients is None
