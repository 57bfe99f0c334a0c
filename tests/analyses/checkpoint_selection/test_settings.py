import pytest
from pydantic import ValidationError

from kgan.analyses.checkpoint_selection.settings import (
    Candidate,
    CheckpointSelectionSettings,
    Choose,
    ChosenModel,
)


def test_says_what_is_selected_among_what():
    candidates = tuple(
        Candidate(steps=steps, pool=f"refine-{steps}", classifier=f"try-{steps}", last=steps == 12_000)
        for steps in (500, 12_000)
    )
    settings = CheckpointSelectionSettings(
        seed=1,
        source="simgan",
        candidates=candidates,
        models=(ChosenModel(step="train-simgan-tumor", name="tumor"),),
        setup="4 +simgan",
        variant="imagenet",
    )
    assert settings.describe() == "select simgan after 500, 12,000 steps by accuracy on validation images"
    assert CheckpointSelectionSettings.model_validate(settings.to_json()) == settings


def test_a_recipe_names_at_least_two_numbers_of_steps():
    assert Choose(among=(2, 5), setup="4 +polish").variant is None
    with pytest.raises(ValidationError, match="at least 2 items"):
        Choose(among=(5,), setup="4 +polish")
