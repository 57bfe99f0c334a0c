import json

from fabricated.core_settings import classify_settings, gan_settings

from kgan.steps.settings.check_cohort import CheckCohortSettings, CheckedStep


def test_checked_steps_keep_their_own_type_in_json():
    steps = {
        "train-pggan": CheckedStep.of("prepare", gan_settings()),
        "classify-real": CheckedStep.of("prepare-2", classify_settings()),
    }
    settings = CheckCohortSettings(seed=1, steps=steps)
    again = CheckCohortSettings.model_validate(json.loads(json.dumps(settings.to_json())))
    assert again == settings
    assert again.steps["train-pggan"].settings == gan_settings()
    assert again.steps["classify-real"].prepare == "prepare-2"


def test_the_type_of_settings_is_named_by_its_module():
    checked = CheckedStep.of("prepare", gan_settings())
    assert checked.settings_type == "kgan.steps.settings.training:TrainGanSettings"


def test_says_how_many_steps_are_checked():
    steps = {name: CheckedStep.of("prepare", gan_settings()) for name in "ab"}
    words = CheckCohortSettings(seed=1, steps=steps).describe()
    assert words == "check whether the cohort is large enough for 2 steps"
