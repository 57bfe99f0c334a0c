import pytest
from pydantic import ValidationError

from kgan.serving.model_card import CardRecipe
from kgan.steps.settings.export import ExportedModel, ExportSettings


def exported(**changes):
    model = {"name": "pggan-tumor", "step": "train-pggan-tumor", "kind": "generator", "pools": ("pggan",)}
    return ExportedModel(**(model | changes))


def test_says_how_many_models_are_written_and_survives_json():
    settings = ExportSettings(
        seed=1,
        models=(exported(), exported(name="simgan-tumor", kind="refiner", within="models/tumor")),
        gate="privacy",
        synthetic=True,
        recipe=CardRecipe(title="T", name="t", profile="base", cite=""),
        licence=None,
    )
    assert settings.describe() == "write 2 SavedModels"
    assert ExportSettings.model_validate(settings.to_json()) == settings


def test_a_model_lies_in_its_steps_folder_itself_unless_it_was_chosen():
    assert exported().within == ""


def test_a_classifier_is_not_exported():
    with pytest.raises(ValidationError, match="'generator' or 'refiner'"):
        exported(kind="classifier")
