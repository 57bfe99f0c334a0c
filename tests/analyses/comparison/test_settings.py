import pytest
from pydantic import ValidationError

from kgan.analyses.comparison.settings import Compare, ComparedCell, ComparisonSettings, PlannedPair
from kgan.pipeline.settings import settings_of, type_name

SETTINGS = ComparisonSettings(
    seed=1,
    alpha=0.05,
    metric="auroc",
    planned=(PlannedPair(first="real", second="mix", variant=""),),
    involving=None,
    cells=tuple(
        ComparedCell(setup=setup, step=f"{setup}-{seed}", seed=seed)
        for setup in ("real", "mix")
        for seed in (1, 2)
    ),
)


def test_settings_survive_their_json_form():
    assert settings_of(type_name(SETTINGS), SETTINGS.to_json()) == SETTINGS


def test_the_description_counts_classifiers_runs_and_planned_pairs():
    text = SETTINGS.describe()
    assert "2 classifiers" in text and "2 runs" in text and "1 planned" in text and "auroc" in text


@pytest.mark.parametrize(
    "section", [{"alpha": 0}, {"alpha": 1}, {"metric": "recall"}, {"planed": {}}], ids=str
)
def test_what_a_recipe_cannot_ask_for(section):
    with pytest.raises(ValidationError):
        Compare(**section)
