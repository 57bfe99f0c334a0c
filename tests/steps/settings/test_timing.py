from kgan.steps.settings.timing import TimingSettings


def test_says_what_is_timed_and_survives_json():
    settings = TimingSettings(
        seed=1, built_from={"plugin": "pggan"}, batch_size=16, steps=100, pool=True, seconds=30.0, each=3.0
    )
    assert settings.describe() == "time steps of pggan on batches of 16"
    assert type(settings).model_validate(settings.to_json()) == settings
    assert settings.accelerator == "several"
