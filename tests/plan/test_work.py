import pytest

from kgan import recipe as recipes
from kgan.plan import plan
from kgan.plan.cohort import CohortImages
from kgan.plan.estimate import estimate
from kgan.plan.work import expected_work

#: Images that the published protocol's rules leave of 154 and of 44 patients' 101 slices, as estimated.
TRAIN, VALIDATION = 154 * 101 * 0.55, 44 * 101 * 0.55


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    return plan(recipes.load("two_step", profile="paper", data=data))


def test_image_passes_of_the_published_protocol_by_hand(paper):
    work = expected_work(paper)
    units = {name: step.units for name, step in work.items()}
    assert units["prepare"] == 220 * 101
    assert units["train-pggan-tumor"] == pytest.approx(100 * TRAIN / 2)
    assert units["train-munit-tumor"] == 100_000 * 1
    assert units["train-simgan-tumor"] == (100_000 + 500) * 10
    assert units["classify-1-real-scratch"] == pytest.approx(200 * (TRAIN + VALIDATION / 3))
    sources = TRAIN + 200_000 + 200_000
    assert units["classify-6-classic-pggan-scratch"] == pytest.approx(200 * (sources + VALIDATION / 3))
    images = estimate(paper).images
    assert {name: units[name] for name in images} == images
    assert units["curate-pggan_curated"] == images["generate-pggan"]
    assert units["compare"] == units["report"] == 1


def test_kinds_are_named_by_plugin_size_and_batch(paper):
    work = expected_work(paper)
    assert work["train-pggan-tumor"].kind == "train_gan pggan 256x256 batch 16"
    assert work["train-pggan-tumor"].kind == work["train-pggan-non_tumor"].kind
    assert work["train-simgan-tumor"].kind == "train_refiner simgan 224x224 batch 10"
    assert work["generate-pggan"].kind == "generate pggan 256x256"
    assert work["refine-munit-20000"].kind == work["refine-munit-100000"].kind == "refine munit 224x224"
    # Variants differ in their learning rates' decay, which a plan cannot tell from a network's width.
    assert work["classify-1-real-pretrained"].kind == "classify resnet50 224x224 batch 96"
    assert work["classify-1-real-scratch"].kind == "classify resnet50 224x224 batch 96 (2)"


def test_initial_weights_change_no_rate(tmp_path):
    alike = ["classifier.variants.scratch.parameters={decay_factor: 0.5, decay_every: 5}"]
    steps = plan(recipes.load("two_step", profile="paper", data=tmp_path, overrides=alike))
    assert len({step.kind for step in expected_work(steps).values() if step.kind.startswith("classify")}) == 1


def test_every_kind_of_step_takes_time_and_training_the_most(paper):
    seconds = {name: step.seconds for name, step in expected_work(paper).items()}
    assert min(seconds.values()) > 0
    tables = max(seconds[name] for name in ("compare", "report", "measure", "export", "check-cohort"))
    assert tables < 0.01 * min(value for name, value in seconds.items() if name.startswith("train-"))


def test_critic_updates_and_sequences_of_their_own_multiply_image_passes():
    train = "gans.pggan.train={critic_updates: 3}"
    few, more = (
        expected_work(plan(recipes.load("two_step", overrides=overrides)))["train-pggan-tumor"]
        for overrides in ([], [train])
    )
    assert (few.units, more.units) == (1650 * 8, 3 * 1650 * 8)


def test_prepared_images_replace_what_is_assumed(paper):
    counts = {"train": {"tumor": 60, "non_tumor": 40}, "validation": {"tumor": 30}, "test": {}}
    cohort = CohortImages(counts, patients=10)
    work = expected_work(paper, {"prepare": cohort})
    assert work["train-pggan-tumor"].units == 100 * 60
    assert work["classify-1-real-scratch"].units == 200 * (100 + 10)
    assert work["train-pggan-tumor"].assumed == ()


def test_what_is_assumed_is_stated(paper, tmp_path):
    assert expected_work(paper)["train-pggan-tumor"].assumed == ("55% of the slices in a class",)
    assert expected_work(paper)["train-munit-tumor"].assumed == ()
    overrides = ["data.split={train: 0.7, validation: 0.1, test: 0.2}"]
    steps = plan(recipes.load("two_step", profile="paper", data=tmp_path, overrides=overrides))
    assert expected_work(steps)["train-pggan-tumor"].assumed[0] == "100 patients"


@pytest.mark.parametrize(("patients", "share"), [("4", 4 / 154), ("0.25", 0.25)])
def test_images_of_some_patients(tmp_path, patients, share):
    equivalent = f"equivalent={{source: pggan, images: 2000, patients: [{patients}, all]}}"
    steps = plan(recipes.load("two_step", profile="paper", data=tmp_path, overrides=[equivalent]))
    units = [work.units for name, work in expected_work(steps).items() if name.startswith("worth-")]
    images = [real * TRAIN + pool for real in (share, 1) for pool in (0, 2000)]
    assert sorted(units) == pytest.approx([200 * (learnt + VALIDATION / 3) for learnt in sorted(images)])


@pytest.mark.parametrize(
    ("source", "images"),
    [("further_real: all", 400), ("further_real: 60", 60), ("noise: 50", 50), ("permuted_labels: all", 100)],
)
def test_images_of_controls(tmp_path, source, images):
    overrides = [
        f"setups.2 +control={{real: all, {source}}}",
        "data.split={train: 40, validation: 10, test: 10, further: 160}",
    ]
    steps = plan(recipes.load("two_step", profile="paper", data=tmp_path, overrides=overrides))
    counts = {"train": {"tumor": 100}, "validation": {"tumor": 30}, "test": {}, "further": {"tumor": 400}}
    work = expected_work(steps, {"prepare": CohortImages(counts, patients=10)})
    assert work["classify-2-control-scratch"].units == 200 * (100 + images + 10)
