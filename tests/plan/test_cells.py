from kgan import recipe as recipes
from kgan.plan import plan

SETUPS = ("1 real", "2 +classic", "3 +tiles", "4 +polish")


def cells(write, *overrides):
    steps = {step.name: step for step in plan(recipes.load(write(), overrides=overrides))}
    return steps["compare"].settings.cells, steps


def test_a_cell_is_a_setup_in_a_variant(write):
    compared, steps = cells(write)
    assert [(cell.setup, cell.variant) for cell in compared] == [
        (setup, variant) for setup in SETUPS for variant in ("mean", "max")
    ]
    assert all(steps[cell.step].kind == "classify" for cell in compared)
    assert {(cell.prepare, cell.split, cell.seed) for cell in compared} == {("prepare", 1, 1)}


def test_replicates_are_numbered_from_1_and_have_classifiers_of_their_own(write):
    compared, steps = cells(write, "repeats={seeds: 2, splits: 2}")
    of_a_setup = [cell for cell in compared if (cell.setup, cell.variant) == ("1 real", "max")]
    assert [(cell.split, cell.seed) for cell in of_a_setup] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert len({cell.step for cell in compared}) == len(compared) == 4 * len(SETUPS) * 2
    for cell in compared:
        assert cell.prepare in steps[cell.step].needs
        assert steps[cell.prepare].settings.number == cell.split - 1


def test_published_values_belong_to_a_setup_in_a_variant(write):
    compared, _ = cells(write)
    published = {(cell.setup, cell.variant): cell.published for cell in compared if cell.published}
    assert {place: values.accuracy for place, values in published.items()} == {("1 real", "mean"): 91.5}


def test_setups_are_titled_by_the_display_names_of_their_sources(write):
    curated = ("curations.kept={source: tiles, clusters: 4}", "setups.5 +kept={real: all, kept: 30}")
    compared, _ = cells(write, "gans.tiles.title=Tiles GAN", *curated)
    titles = {cell.setup: cell.title for cell in compared}
    assert titles["3 +tiles"] == "3 +Tiles GAN" and titles["5 +kept"] == "5 +Tiles GAN, curated"
