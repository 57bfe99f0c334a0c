import json

import pytest

from kgan.serving.model_card import PHANTOM, Card, CardRecipe, Signature, Tensor, write_card

IMAGES = Tensor("images", ("n", "any", 8, 1), "float32", "[-1, 1]")


def a_card(**changes):
    details = {
        "name": "pggan-tumor",
        "version": 2,
        "kind": "generator",
        "plugin": {"plugin": "pggan", "image_shape": [8, 8, 1]},
        "signatures": (Signature("generate", (IMAGES,), (IMAGES,)),),
        "patients": ["patient-b", "patient-a"],
        "training": {"images": 40, "seed": 3},
        "synthetic": True,
        "recipe": CardRecipe(title="Two steps", name="two_step", profile="demo", cite="Han et al., 2019"),
        "licence": "Apache-2.0",
        "made_with": {"kgan": "0.1.0"},
    }
    return Card(**{**details, **changes})


def written(folder, **changes):
    write_card(a_card(**changes), folder)
    return json.loads((folder / "card.json").read_text()), (folder / "card.md").read_text()


def test_patients_are_counted_and_digested_but_not_named(tmp_path):
    facts, text = written(tmp_path)
    assert facts["training"]["patients"] == 2
    assert len(facts["training"]["patients_sha256"]) == 64
    assert "patient-a" not in json.dumps(facts) + text
    same, _ = written(tmp_path, patients=["patient-a", "patient-b"])
    assert same == facts, "the digest depends on the order"


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_phantom_is_reported_as_one(tmp_path, synthetic):
    facts, text = written(tmp_path, synthetic=synthetic)
    assert (PHANTOM in text) is synthetic
    assert bool(facts["warning"]) is synthetic


@pytest.mark.parametrize("kind", ["generator", "refiner"])
def test_the_card_says_how_to_load_and_what_not_to_do(tmp_path, kind):
    facts, text = written(tmp_path, kind=kind)
    assert 'tf.saved_model.load("models/pggan-tumor/2")' in text
    assert "diagnosis" in text
    assert "`images` float32 (n, any, 8, 1): [-1, 1]" in text
    assert "Han et al., 2019" in text
    assert facts["signatures"][0]["inputs"][0]["shape"] == ["n", "any", 8, 1]
    assert facts["serving_default"] == "generate"


def test_a_recipe_without_texts_is_no_error(tmp_path):
    recipe = CardRecipe(title="", name="", profile="", cite="")
    _, text = written(tmp_path, recipe=recipe, made_with={})
    assert "## Cite" not in text
    assert "None" not in text
