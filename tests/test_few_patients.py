"""Six patients, and every analysis requested with numbers of a large cohort: the run ends with a report."""

import re
from pathlib import Path

import pytest
from fabricated.in_process import Log, run_here

from kgan import recipe as recipes
from kgan.data.cohort.limits_table import LIMITS
from kgan.errors import DataError
from kgan.pipeline import status
from kgan.plan import plan

RECIPE = Path(__file__).parent / "recipes" / "tiny.yaml"
FEW = (
    "data.stand_in.parameters.patients=6",
    "data.split={train: 0.6, validation: 0.15, test: 0.25}",
    "data.min_patients=6",
    "gans.pggan.parameters={first_resolution: 32, phase_share: null}",
    "gans.pggan.train.steps=2",
    "refiners.simgan.train.steps=2",
    "refiners.simgan.choose=null",
    "refiners.simgan.images_per_class=200",
    "classifier.train.epochs=1",
    "setups={real + classic: null, real + classic + simgan: null}",
    "setups.real + simgan={real: all, simgan: 24}",
    "tsne={images: 150, perplexity: 50, iterations: 250, image_size: 32}",
    "measures={images: 400, distances: {features: pixels, images: 250, draws: 20}}",
    "privacy={max_auc: 0.8, images: 250, features: pixels}",
    "turing={sources: [kept], real: 50, synthetic: 50}",
    "equivalent={source: kept, images: 24, patients: [2, 8, all]}",
)


@pytest.mark.slow
def test_six_patients_end_with_a_report(tmp_path):
    steps = plan(recipes.load(RECIPE, overrides=FEW))
    log = Log()
    run_here(steps, tmp_path, progress=log)
    order = [step.name for step in steps]
    assert order[:2] == ["prepare", "check-cohort"]
    rows = LIMITS.read(tmp_path / "results")
    limits = {row.step: row.text for row in rows}
    assert set(limits) >= {"tsne", "measure", "turing", "equivalent"}
    page = (tmp_path / "report.html").read_text()
    assert "Limits of this cohort" in page and limits["tsne"] in page
    # What was reported beforehand is what the steps then did.
    trained = log.lines.index(next(line for line in log.lines if re.match("step (?![12]/)", line)))
    assert sum(line.startswith("check-cohort: ") for line in log.lines[:trained]) == len(rows)
    for name in ("tsne.csv", "measures.csv", "distances.csv", "privacy.csv", "classification.csv"):
        assert (tmp_path / "results" / name).is_file()
    assert (tmp_path / "turing" / "kept.html").is_file()
    left_out = {step.step for step in status(steps, tmp_path) if step.why.startswith("left out")}
    assert left_out == {"worth-8-patients-scratch", "worth-8-patients-kept-scratch"}
    assert all(step.finished for step in status(steps, tmp_path))


def test_five_patients_are_refused_before_anything_is_read(tmp_path):
    loaded = recipes.load(RECIPE, overrides=[*FEW, "data.stand_in.parameters.patients=5"])
    log = Log()
    with pytest.raises(DataError, match="too few patients: 6 needed by data.min_patients, 5 found"):
        run_here(plan(loaded), tmp_path, progress=log)
    assert not list(tmp_path.rglob("*.h5"))
