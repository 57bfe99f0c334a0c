import json
from pathlib import Path

import pytest

from kgan.cli.plan import summary, undecidable
from kgan.pipeline.records import manifest
from kgan.pipeline.state.identity import identities
from kgan.plan import plan
from kgan.plan.estimate import estimate
from kgan.recipe import load


def test_plan_shows_steps_state_and_sums(kgan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = kgan("plan", "two_step", "--profile", "demo")
    assert (status, err) == (0, "")
    assert "runs/two_step-demo" in out
    assert "train-pggan-tumor" in out
    assert "to do: not run yet" in out
    assert "the reader 'phantom' stands in" in out
    assert list(tmp_path.iterdir()) == []


def test_plan_of_the_paper(kgan, tmp_path):
    (tmp_path / "BraTS20_001").mkdir()
    (tmp_path / "BraTS20_001" / "BraTS20_001_t1ce.nii.gz").touch()
    status, out, _ = kgan("plan", "two_step", "--profile", "paper", "--data", tmp_path)
    assert status == 0
    # A quarter of each class is thrown away, and 100,000 are to be left: 133,334 of each.
    assert "266,668 in generate-pggan" in out
    assert "100 epochs in train-pggan-tumor" in out
    assert "training to do: 400,000 GAN training steps; 1,000 steps of warm-up before them; " in out
    # Prepared 1.28, PGGAN's pool 17.48 and as much curated, six refined pools of 10.04 GB.
    assert (
        "disk: at most 96.4 GB of images, before compression; 20.1 GB more (choose-munit, choose-simgan)"
        in out
    )
    assert "resnet50 from imagenet on all real + 200,000 classic + 200,000 simgan" in out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--profile", "paper"], "needs a folder of scans: give one with --data DIR"),
        (["--profile", "papper"], "did you mean 'paper'"),
        (["--set", "seed=x"], 'seed: expected a whole number, received "x"'),
        (["--data", "/no/such/folder"], "no folder /no/such/folder"),
    ],
)
def test_mistakes_end_in_one_line(kgan, options, says):
    status, out, err = kgan("plan", "two_step", *options)
    assert (status, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


TINY = Path(__file__).parents[1] / "recipes" / "tiny.yaml"


def test_plan_says_that_too_few_patients_can_find_nothing(kgan):
    status, out, _ = kgan("plan", TINY)
    assert status == 0
    line = "no difference can be detected with 2 patients and 2 comparisons: test more patients (data.split)"
    assert [text for text in out.splitlines() if text.startswith("no difference")] == [
        f"{line} or plan fewer (compare.planned)"
    ]


@pytest.mark.parametrize(
    ("profile", "overrides", "words"),
    [
        ("paper", [], []),
        ("paper", ["data.split={train: 170, validation: 44, test: 6}"], ["6 patients and 6 comparisons"]),
        (
            "paper",
            [
                "data.split={train: 160, validation: 44, test: 5, further: 11}",
                "setups.2 +further={real: all, further_real: 8}",
            ],
            ["5 patients and 6 comparisons", "5 patients and 2 comparisons"],
        ),
        # Of shares it is not known before the patients are counted.
        ("demo", [], []),
        ("paper", ["data.split={train: 170, validation: 44, test: 6}", "repeats.splits=2"], []),
    ],
)
def test_what_can_be_found_follows_from_patients_splits_and_comparisons(tmp_path, profile, overrides, words):
    data = tmp_path if profile == "paper" else None
    lines = undecidable(plan(load("two_step", profile=profile, data=data, overrides=overrides)))
    assert [line.partition(" with ")[2].partition(":")[0] for line in lines] == words


def test_the_comparisons_are_counted():
    step = next(step for step in plan(load("two_step")) if step.kind == "compare")
    assert step.settings.describe() == "compare 10 classifiers: 3 planned comparisons in accuracy, alpha 0.05"


@pytest.mark.parametrize("recipe", ["two_step", "mri_generation", "multi_sequence"])
def test_every_step_has_words(recipe):
    for step in plan(load(recipe)):
        assert step.settings.describe() != step.kind


def test_what_a_gan_sees_is_reported():
    words = {step.name: step.settings.describe() for step in plan(load("multi_sequence"))}
    assert words["train-dcgan_t2"].startswith("train dcgan with original on t2 at 32x32")
    assert words["train-wgan_concat_64"].startswith("train wgan with wgan on each sequence at 16x16")
    assert words["measure"] == "realism, diversity and distances of 12 pools, 512 images each"


def test_estimate():
    steps = plan(load("two_step", overrides=["gans.pggan.train={epochs: null, steps: 70}"]))
    sums = estimate(steps)
    assert estimate(steps, ["generate-pggan"]).images == {"generate-pggan": sums.images["generate-pggan"]}
    count = sums.images["generate-pggan"]
    assert sums.bytes["generate-pggan"] == count * 64 * 64
    assert sums.epochs == {}


def test_pools_of_single_sequences_take_a_byte_a_pixel():
    sums = estimate(plan(load("multi_sequence")))
    assert sums.bytes["generate-dcgan_concat"] == sums.bytes["generate-dcgan_t1"] == 512 * 32 * 32


def test_what_is_left_and_of_how_much():
    recipe = load("two_step")
    steps = plan(recipe)
    names = [step.name for step in steps]
    lines = summary(recipe, steps, names)
    assert lines[0] == f"{len(steps)} of {len(steps)} steps to do"
    pggan, munit, simgan = (model.train.steps for model in (recipe.gans["pggan"], *recipe.refiners.values()))
    total = f"{2 * (pggan + munit + simgan):,}"  # a model for each class
    # Those of ten setups, of which two are trained for the choice of a refiner, once for each candidate.
    classifiers = 10 - 2 + sum(len(refiner.choose.among) for refiner in recipe.refiners.values())
    warm_up = f"{2 * recipe.refiners['simgan'].parameters['warm_up']} steps of warm-up before them"
    assert lines[1] == f"training to do: {total} GAN training steps; {warm_up}; {classifiers} classifiers"
    sums = estimate(steps).images
    made = ", ".join(f"{count:,} in {name}" for name, count in sums.items())
    assert lines[2] == f"images to make: {made}"
    begun = summary(recipe, steps, names[names.index("train-simgan-tumor") :])
    assert begun[1].startswith(f"training to do: {simgan} of {total} GAN training steps; ")
    left = {name: count for name, count in sums.items() if name.startswith("refine-simgan")}
    there = sum(sums.values()) - sum(left.values())
    made = ", ".join(f"{count:,} in {name}" for name, count in left.items())
    assert begun[2] == f"images to make: {made} ({there:,} are there)"
    done = summary(recipe, steps, [])
    assert done[:2] == [f"0 of {len(steps)} steps to do", "training to do: none"]
    everything = f"images to make: none ({sum(sums.values()):,} are there)"
    assert done[2] == everything
    assert done[3].startswith("disk: at most 0 bytes of images, before compression. Networks, ")


def test_time_needs_a_known_number_of_images(kgan, tmp_path):
    (tmp_path / "BraTS20_001").mkdir()
    (tmp_path / "BraTS20_001" / "BraTS20_001_t1ce.nii.gz").touch()
    shares = "data.split={train: 0.7, validation: 0.1, test: 0.2}"
    options = ("--profile", "paper", "--data", tmp_path, "--set", shares, "--time")
    status, _, err = kgan("plan", "two_step", *options)
    assert status == 2
    assert "--time: how long train-pggan-non_tumor takes depends on how many images there are" in err
    assert err.count("\n") == 1


def test_plan_times_training_and_keeps_the_rates(kgan, tmp_path, monkeypatch):
    """A GAN of one sequence and one of both, each in a process of its own."""
    monkeypatch.setattr("kgan.plan.timing.measure.EACH", 0.1)
    recipe, out = TINY.with_name("tiny_sequences.yaml"), tmp_path / "run"
    status, shown, _ = kgan(
        "plan", recipe, "--set", "gans.dcgan_concat=null", "--out", out, "--time", "--jobs", 2
    )
    assert status == 0
    assert "with --jobs 2; longest path" in shown
    kinds = json.loads((out / "rates.json").read_text())["kinds"]
    both = [f"{kind} dcgan 16x16{batch}" for kind, batch in (("train_gan", " batch 8"), ("generate", ""))]
    assert set(kinds) == {name + number for name in both for number in ("", " (2)")}
    assert all(kind in shown for kind in kinds)
    assert all(0 < rate["low"] <= rate["seconds"] <= rate["high"] for rate in kinds.values())


def test_plan_shows_pools_that_were_let_go(kgan, tmp_path):
    steps = plan(load(TINY))
    for name, made_of in identities(steps).items():
        place = tmp_path / "steps" / name / made_of["id"]
        place.mkdir(parents=True)
        (place / "pool.h5").write_text("images")
        record = {"step": name, "id": made_of["id"], "kind": made_of["kind"], "made_of": made_of}
        manifest.write(place, {**record, "outputs": manifest.outputs(place)})
        if name.startswith("generate-"):
            manifest.release(place, ["pool.h5"])
    _, out, _ = kgan("plan", TINY, "--out", tmp_path)
    assert out.count("finished; pool.h5 was let go") == sum(step.kind == "generate" for step in steps) > 0
    assert f"0 of {len(steps)} steps to do" in out
    (next((tmp_path / "steps").glob("report/*")) / "manifest.json").unlink()
    _, out, _ = kgan("plan", TINY, "--out", tmp_path)
    assert "to do: pool.h5 was let go by 'kgan clean', and" in out
