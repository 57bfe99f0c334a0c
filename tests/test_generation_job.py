"""A recipe of GANs alone, end to end at its smallest, all steps in this process."""

import csv
import json
from pathlib import Path

import pytest
from fabricated.in_process import run_here

from kgan import recipe as recipes
from kgan.data.store.store import ImageStore
from kgan.plan import plan

RECIPE = Path(__file__).parent / "recipes" / "tiny_sequences.yaml"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "run"
    run_here(plan(recipes.load(RECIPE)), out)
    return out


@pytest.mark.slow
def test_pools_have_the_channels_that_their_gans_saw(whole):
    shapes = {
        path.parts[-3].removeprefix("generate-dcgan_"): ImageStore(path).image_shape
        for path in whole.glob("steps/generate-*/*/pool.h5")
    }
    assert shapes == {"concat": (16, 16, 1), "flair": (16, 16, 1), "both": (16, 16, 2)}


@pytest.mark.slow
def test_every_pool_is_measured_against_what_its_gan_saw(whole):
    with (whole / "results/measures.csv").open() as file:
        rows = {row["pool"]: row for row in csv.DictReader(file)}
    against = {name: row["against"] for name, row in rows.items() if row["against"]}
    assert against == {
        "dcgan_concat": "real one by one 16x16",
        "dcgan_flair": "real flair 16x16",
        "dcgan_both": "real 16x16",
    }
    assert rows["real one by one 16x16"]["images"] == "32", "48 slices, each sequence an image of its own"
    assert rows["real flair 16x16"]["images"] == "24"
    assert 0 < float(rows["dcgan_flair"]["rho"]) < 1
    assert rows["dcgan_flair"]["published_sigma"] == "300"


@pytest.mark.slow
def test_the_report_shows_what_there_is_and_nothing_empty(whole):
    page = (whole / "report.html").read_text()
    for anchor in ("measures", "turing", "samples", "interpolation", "training", "data"):
        assert f' id="{anchor}"' in page
    for anchor in ("classification", "significance", "refinement", "scale"):
        assert f' id="{anchor}"' not in page
    figures = {path.name for path in (whole / "figures").iterdir()}
    for name in ("concat", "flair", "both"):
        assert {f"interpolation-dcgan_{name}.png", f"samples-dcgan_{name}.png"} <= figures


@pytest.mark.slow
def test_the_served_model_has_one_channel_and_says_of_which_sequence(whole):
    (card,) = whole.glob("models/*/1/card.json")
    content = json.loads(card.read_text())
    assert content["name"] == "dcgan_flair"
    assert content["signatures"][0]["outputs"][0]["shape"] == ["n", 16, 16, 1]
    assert content["training"]["sequences"] == "flair"
