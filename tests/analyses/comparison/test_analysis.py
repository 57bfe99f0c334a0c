import pytest

from kgan import recipe as recipes
from kgan.analyses.comparison.analysis import involved_setups, planned_pairs
from kgan.errors import RecipeError
from kgan.plan import plan


def planned(recipe):
    return planned_pairs(recipe.compare, recipe.setups)


def involved(recipe):
    return involved_setups(recipe.compare, recipe.setups, recipe.refiners)


REFINED = "compare: {involving: refined}"


@pytest.fixture
def load(write):
    return lambda text: recipes.load(write(change=(REFINED, text)))


def test_every_setup_is_planned_against_the_first(load):
    assert planned(load("")) == dict.fromkeys(("2 +classic", "3 +tiles", "4 +polish"), "1 real")


def test_every_setup_is_planned_against_a_baseline(load):
    pairs = planned(load("compare: {baseline: 2 +classic}"))
    assert pairs == dict.fromkeys(("1 real", "3 +tiles", "4 +polish"), "2 +classic")


def test_few_pairs_are_planned_by_name(load):
    recipe = load("compare: {planned: {4 +polish: 2 +classic, 3 +tiles: 1 real}, metric: auroc}")
    assert planned(recipe) == {"4 +polish": "2 +classic", "3 +tiles": "1 real"}
    assert recipe.compare.metric == "auroc"
    assert planned(load("compare: {planned: {}}")) == {}


def test_what_is_described(load):
    assert involved(load(REFINED)) == ("4 +polish",)
    assert involved(load("compare: {involving: all}")) is None
    assert involved(load("compare: {involving: [2 +classic]}")) == ("2 +classic",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{baseline: 2 classic}", "compare.baseline: no setup '2 classic'; did you mean '2 .classic'"),
        ("{planned: {4 polish: 1 real}}", "compare.planned: no setup '4 polish'; did you mean '4 .polish'"),
        ("{planned: {4 +polish: real}}", "compare.planned: no setup 'real'"),
        ("{planned: {4 +polish: 4 +polish}}", "expected another setup to be compared with, received itself"),
        (
            "{planned: {4 +polish: 1 real}, baseline: 1 real}",
            "compare.baseline: expected a baseline or planned pairs, received both; write 'planned: null'",
        ),
        ("{metric: recall}", "compare.metric: expected .*accuracy.*auroc"),
        ("{planned: {'.': 1 real}}", "expected a name of at most 60 characters with a letter or digit"),
    ],
    ids=["baseline", "setup", "against", "itself", "both", "metric", "name"],
)
def test_mistakes_are_named_in_one_line(load, text, message):
    with pytest.raises(RecipeError, match=message) as caught:
        load(f"compare: {text}")
    assert "\n" not in str(caught.value) and "boards.yaml" in str(caught.value)


def test_controls_are_planned_with_their_bases_alone(write):
    changes = ("5 noise={real: all, noise: 8}", "0 further={real: all, further_real: 8}")
    overrides = ["data.split={train: 4, validation: 2, test: 2, further: 1}", "compare.involving=all"]
    overrides += [f"setups.{change}" for change in changes]
    recipe = recipes.load(write(), overrides=overrides)
    assert planned(recipe) == dict.fromkeys(("2 +classic", "3 +tiles", "4 +polish"), "1 real")
    settings = next(step.settings for step in plan(recipe) if step.kind == "compare")
    assert [(pair.kind, pair.first, pair.second, pair.variant) for pair in settings.controls] == [
        (kind, "1 real", setup, variant)
        for setup, kind in (("5 noise", "negative"), ("0 further", "positive"))
        for variant in ("mean", "max")
    ]
    controls = {cell.setup: cell.control for cell in settings.cells if cell.control}
    assert controls == {"5 noise": "negative", "0 further": "positive"}
    assert not {pair.second for pair in settings.planned} & set(controls)
    assert settings.describe().startswith(
        "compare 12 classifiers: 6 planned comparisons in accuracy, 4 with controls"
    )
    assert settings.families == (("plan fewer (compare.planned)", 6), ("add fewer controls", 2))


def test_a_control_with_refined_images_is_not_described(load):
    recipe = load(REFINED)
    setups = {**recipe.setups, "5 noise": {"polish": 30, "noise": 8}}
    assert involved_setups(recipe.compare, setups, recipe.refiners) == ("4 +polish",)
