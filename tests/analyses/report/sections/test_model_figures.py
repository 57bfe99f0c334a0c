from pathlib import Path

import numpy as np
import pytest
from fabricated.finished_steps import trained_gan

from kgan.analyses.checkpoint_selection.settings import Candidate, CheckpointSelectionSettings
from kgan.analyses.report.sections.model_figures import interpolation_section, refinement_section
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.report.figures.image_grid import grid, pairs
from kgan.steps.settings.pools import RefineSettings

LABELS = {"pggan": "PGGAN", "simgan": "SimGAN"}
REFINE = RefineSettings(seed=0, source="generate-pggan", models=(), classes=())


@pytest.fixture
def pool(tmp_path):
    images = np.zeros((2, 8, 8, 1), np.uint8)
    pairs(images, images, tmp_path / "pairs-tumor.png")
    grid(images, 1, tmp_path / "interpolation.png", titles=["from one to another", "nearest"])
    return tmp_path


def captions(section):
    return [figure.caption for figure in section.figures]


def test_a_refined_pool_names_its_source_and_class(pool):
    (section,) = refinement_section(Steps([FinishedStep("refine-simgan", pool, REFINE)]), LABELS)
    assert captions(section) == ["PGGAN refined by SimGAN, tumor."]


def test_of_a_selected_checkpoint_the_source_is_that_of_its_candidates(pool):
    candidate = Candidate(steps=9, pool="refine-simgan-9", classifier="c", last=True)
    settings = CheckpointSelectionSettings(
        seed=0, source="simgan", candidates=(candidate,), models=(), setup="s", variant="v"
    )
    selection = FinishedStep("choose-simgan", pool, settings)
    refined = FinishedStep("refine-simgan-9", Path(), REFINE)
    (section,) = refinement_section(Steps([refined, selection]), LABELS)
    assert captions(section) == ["PGGAN refined by SimGAN, tumor."]
    (section,) = refinement_section(Steps([selection]), LABELS)
    assert captions(section) == ["A pool refined by SimGAN, tumor."]


def test_interpolations_name_the_gan_and_class(pool):
    run = Steps([trained_gan("pggan", pool, class_name="non_tumor"), trained_gan("b", Path("none"))])
    (section,) = interpolation_section(run, LABELS)
    assert captions(section) == ["PGGAN, non-tumor."]


def test_without_models_there_are_no_sections():
    assert not list(refinement_section(Steps(), {})) and not list(interpolation_section(Steps(), {}))
