import pytest

from kgan.steps.settings.pools import GenerateSettings, PoolModel, RefineSettings

MODELS = tuple(PoolModel(step=f"train-{label}", label=label, count=1_500) for label in range(2))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (GenerateSettings(seed=1, models=MODELS, classes=("a", "b")), "make 3,000 images"),
        (
            RefineSettings(seed=1, source="generate-pggan", models=MODELS, classes=("a", "b")),
            "refine 3,000 images of generate-pggan",
        ),
        (
            RefineSettings(
                seed=1, source="generate-pggan", models=MODELS[:1], classes=("a", "b"), snapshot=20_000
            ),
            "refine 1,500 images of generate-pggan by the model of step 20,000",
        ),
    ],
    ids=["generated", "refined", "snapshot"],
)
def test_says_how_many_images_are_made_and_survives_json(settings, words):
    assert settings.describe() == words
    assert type(settings).model_validate(settings.to_json()) == settings
    assert list(settings.plugins()) == list(settings.input_paths()) == []
