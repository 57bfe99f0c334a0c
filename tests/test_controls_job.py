"""Controls without a GAN, end to end at their smallest, all steps in this process."""

import csv
import json
from pathlib import Path

import pytest
from fabricated.in_process import run_here

from kgan import recipe as recipes
from kgan.data.store.store import ImageStore
from kgan.plan import plan

RECIPE = Path(__file__).parent / "recipes" / "tiny_controls.yaml"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "run"
    run_here(plan(recipes.load(RECIPE)), out)
    return out


def facts(whole, step):
    (path,) = whole.glob(f"steps/{step}/*/manifest.json")
    return json.loads(path.read_text())["facts"]


@pytest.mark.slow
def test_further_patients_reach_the_classifier_of_the_positive_control_and_nothing_else(whole):
    further = set(facts(whole, "prepare")["patients"]["further"])
    assert len(further) == 9
    steps = {path.name for path in (whole / "steps").iterdir()} - {"prepare"}
    reached = {step for step in steps if further & set(facts(whole, step).get("patients", ()))}
    assert reached == {"classify-2-further-scratch"}
    for path in whole.glob("steps/*/*/*.h5"):
        assert path.name == "further.h5" or not further & set(ImageStore(path).patients)


@pytest.mark.slow
def test_controls_are_in_their_own_table_and_in_no_other_comparison(whole):
    def rows(table):
        return list(csv.DictReader((whole / "results" / table).read_text().splitlines()))

    controls = [
        (row["first"], row["second"], row["control"]) for row in rows("controls.csv") if row["result"]
    ]
    assert controls == [
        ("2 +classic (scratch)", "2 +further (scratch)", "positive"),
        ("2 +classic (scratch)", "2 +noise (scratch)", "negative"),
        ("1 real (scratch)", "1 +permuted (scratch)", "negative"),
    ]
    compared = {(row["first"], row["second"]) for row in rows("significance.csv")}
    assert compared == {("1 real (scratch)", "2 +classic (scratch)")}
    sources = facts(whole, "classify-1-permuted-scratch")["sources"]
    assert sources["permuted_labels"] == sources["real"]
    assert facts(whole, "classify-2-further-scratch")["sources"]["further_real"] == 24


@pytest.mark.slow
def test_the_report_says_first_whether_the_experiment_can_see(whole):
    page = (whole / "report.html").read_text()
    assert page.index("positive control") < page.index('id="question"') < page.index('id="controls"')
    assert "2 +noise (negative control)" not in page and "negative control" in page
