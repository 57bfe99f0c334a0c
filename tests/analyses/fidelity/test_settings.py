import pytest
from pydantic import ValidationError

from kgan.analyses.fidelity.settings import DistanceSettings, FidelitySettings, MeasuredPool, Measures
from kgan.pipeline.settings import settings_of, type_name
from kgan.schema.data import ViewSettings

POOL = MeasuredPool(name="pggan", step="generate-pggan", view=ViewSettings(), canvas=(8, 8))
SETTINGS = FidelitySettings(
    seed=1,
    pools=(POOL,),
    components=4,
    images=1000,
    published=None,
    distances=DistanceSettings(features="random", neighbours=5, images=500, draws=100),
)


def test_settings_survive_their_json_form():
    assert settings_of(type_name(SETTINGS), SETTINGS.to_json()) == SETTINGS


def test_the_description_names_the_distances_where_there_are_some():
    without = SETTINGS.model_copy(update={"distances": None})
    assert "1,000 images" in SETTINGS.describe()
    assert SETTINGS.describe() != without.describe()


@pytest.mark.parametrize(
    "section", [{"images": 1}, {"pca": {"components": 0}}, {"distances": {"draws": 9}}], ids=str
)
def test_what_a_recipe_cannot_ask_for(section):
    with pytest.raises(ValidationError):
        Measures(**section)
