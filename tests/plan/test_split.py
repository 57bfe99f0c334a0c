import pytest

from kgan import recipe as recipes
from kgan.plan import plan

CHOOSE = (
    "train: {batch_size: 2, steps: 5}",
    "train: {batch_size: 2, steps: 5}\n    choose: {among: [2, 5], setup: 4 +polish}",
)
CURATE = (
    "refiners:",
    "curations:\n"
    "  kept: {source: tiles, clusters: 4, discard: 0.4, features: {network: null, classifier: 1 real}}\n"
    "refiners:",
)


def planned(write, *changes):
    path = write()
    for old, new in changes:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
    steps = plan(recipes.load(path))
    before = set()
    for step in steps:
        assert set(step.needs) <= before, step.name
        before.add(step.name)
    return {step.name: step for step in steps}


def test_a_choice_tries_each_candidate_and_is_the_setups_own_classifier(write):
    steps = planned(write, CHOOSE)
    assert steps["train-polish-tumor"].settings.snapshots == (2,)
    assert steps["refine-polish-2"].settings.snapshot == 2
    assert steps["refine-polish-5"].settings.snapshot is None
    choice = steps["choose-polish"]
    # No variant has weights, so it is the first.
    assert [candidate.classifier for candidate in choice.settings.candidates] == [
        "try-polish-2-mean", "try-polish-5-mean"
    ]  # fmt: skip
    sources = steps["try-polish-2-mean"].settings.sources
    assert {source.name: source.step for source in sources}["polish"] == "refine-polish-2"
    cells = {(cell.setup, cell.variant): cell.step for cell in steps["compare"].settings.cells}
    assert cells["4 +polish", "mean"] == "choose-polish"
    assert cells["4 +polish", "max"] == "classify-4-polish-max"
    other = {source.name: source.step for source in steps["classify-4-polish-max"].settings.sources}
    assert other["polish"] == "choose-polish"
    exported = {model.name: model for model in steps["export"].settings.models}
    assert exported["polish-tumor"].within == "models/tumor"


def test_a_curated_pool_is_made_of_one_larger_by_what_is_discarded(write):
    steps = planned(
        write, CURATE, ("source: tiles\n    images_per_class", "source: kept\n    images_per_class")
    )
    curate = steps["curate-kept"].settings
    assert curate.features.classifier == "classify-1-real-mean"
    need = curate.need[0]
    made = steps["generate-tiles"].settings.models[0].count
    assert need == 40  # images_per_class
    assert made - int(0.4 * made) >= need > made - 1 - int(0.4 * (made - 1)) - 1
    assert steps["refine-polish"].settings.source == "curate-kept"


@pytest.mark.parametrize(("seeds", "splits"), [(2, 1), (1, 2), (3, 2)])
def test_repeats_train_everything_that_depends_on_chance(write, seeds, splits):
    once = planned(write)
    steps = planned(write, ("seed: 5", f"seed: 5\nrepeats: {{seeds: {seeds}, splits: {splits}}}"))
    cells = steps["compare"].settings.cells
    assert len(cells) == seeds * splits * len(once["compare"].settings.cells)
    assert {(cell.split, cell.seed) for cell in cells} == {
        (split + 1, seed + 1) for split in range(splits) for seed in range(seeds)
    }
    assert len({cell.step for cell in cells}) == len(cells)
    seeded = {steps[cell.step].settings.seed for cell in cells}
    assert len(seeded) == seeds * splits
    prepared = [step for step in steps.values() if step.kind == "prepare"]
    assert [step.settings.number for step in prepared] == list(range(splits))
    assert len({step.settings.seed for step in prepared}) == 1
    assert list(steps)[: len(prepared)] == [step.name for step in prepared]
    # What was run without repeats is not run again.
    for name, step in once.items():
        if step.kind not in ("check_cohort", "compare", "report"):
            assert steps[name] == step


def test_a_further_split_learns_from_its_own_patients(write):
    steps = planned(write, ("seed: 5", "seed: 5\nrepeats: {splits: 2}"))
    second_split = [
        step for step in steps.values() if step.name.endswith("-split2") and step.kind != "prepare"
    ]
    assert {step.kind for step in second_split} == {
        "train_gan", "generate", "train_refiner", "refine", "classify"
    }  # fmt: skip
    for step in second_split:
        assert all(need.endswith("-split2") for need in step.needs), step.name


def test_controls_are_sources_of_the_prepared_data(write):
    overrides = ["data.split={train: 4, validation: 2, test: 2, further: 1}"]
    overrides += ["setups.5 further={real: all, further_real: all}"]
    overrides += ["setups.6 others={real: all, noise: 8, permuted_labels: 6}"]
    steps = {step.name: step for step in plan(recipes.load(write(), overrides=overrides))}
    further, others = (steps[f"classify-{name}-mean"] for name in ("5-further", "6-others"))
    described = [
        [(source.kind, source.name, source.count, source.step) for source in step.settings.sources[1:]]
        for step in (further, others)
    ]
    assert described == [
        [("further_real", "further_real", None, "prepare")],
        [("noise", "noise", 8, "prepare"), ("permuted_labels", "permuted_labels", 6, "prepare")],
    ]
    assert further.needs == others.needs == ("prepare",)
