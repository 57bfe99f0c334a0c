import pytest
from fabricated.core_settings import gan_settings
from pydantic import ValidationError

from kgan.errors import RunError
from kgan.pipeline.settings import StepSettings, settings_of, type_name
from kgan.steps.settings.pools import GenerateSettings, PoolModel

SETTINGS = GenerateSettings(
    seed=1, models=(PoolModel(step="train-a", label=None, count=3),), classes=("x", "y")
)


def test_settings_come_back_from_json_as_their_own_type():
    for settings in (SETTINGS, gan_settings()):
        again = settings_of(type_name(settings), settings.to_json())
        assert type(again) is type(settings) and again == settings


def test_json_is_plain():
    assert SETTINGS.to_json() == {
        "seed": 1,
        "models": [{"step": "train-a", "label": None, "count": 3}],
        "classes": ["x", "y"],
    }


def test_settings_are_frozen_and_closed():
    with pytest.raises(ValidationError, match="frozen"):
        SETTINGS.seed = 2
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        GenerateSettings(seed=1, models=(), classes=(), model="pggan")
    with pytest.raises(ValidationError, match="seed"):
        GenerateSettings(models=(), classes=())


def test_settings_of_another_version_are_refused_with_a_way_out():
    with pytest.raises(RunError, match="'kgan.gone:Settings' cannot .*Run the recipe again") as caught:
        settings_of("kgan.gone:Settings", {"seed": 1})
    assert "\n" not in str(caught.value)


def test_a_kind_of_step_without_a_description_cannot_be_made():
    class Bare(StepSettings):
        kind = "bare"

    with pytest.raises(TypeError, match="Bare.* abstract method '?describe"):
        Bare(seed=1)


def test_a_kind_of_step_is_required_and_names_no_plugin_unless_it_says_so():
    class Described(StepSettings):
        kind = "described"

        def describe(self):
            return self.kind

    assert (Described.role, Described.has_limits, list(Described(seed=1).plugins())) == (
        "required",
        False,
        [],
    )
