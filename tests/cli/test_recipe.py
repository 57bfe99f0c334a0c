import json

import yaml

from kgan.recipe import load


def test_list(kgan):
    status, out, _ = kgan("recipe", "list")
    assert status == 0
    assert "two_step" in out


def test_shown_recipe_loads_again(kgan, tmp_path):
    status, out, _ = kgan("recipe", "show", "two_step", "--profile", "paper", "--set", "seed=4")
    assert status == 0
    path = tmp_path / "mine.yaml"
    path.write_text(out)
    assert yaml.safe_load(out)["seed"] == 4
    again = load(path, data=tmp_path)
    assert again.gans == load("two_step", profile="paper", needs_data=False).gans


def test_schema(kgan):
    status, out, _ = kgan("recipe", "schema")
    assert status == 0
    assert json.loads(out)["properties"]["gans"]
