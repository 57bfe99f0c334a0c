from kgan.analyses.fidelity.pca_section import pca_answers, pca_section, read_pca_metrics
from kgan.analyses.fidelity.settings import FidelitySettings
from kgan.analyses.fidelity.tables import PCA_METRICS, PcaMetrics
from kgan.pipeline.records.run_folder import FinishedStep


def row(pool, against, images, values, published=(None, None, None), explained=None):
    """A row with rho, sigma, delta, and sigma and delta as published ones are computed."""
    names = ("rho", "sigma", "delta", "sigma_as_published", "delta_as_published")
    papers = dict(zip(("published_rho", "published_sigma", "published_delta"), published, strict=True))
    columns = {"pool": pool, "against": against, "images": images, "explained": explained}
    return PcaMetrics(**columns, **dict(zip(names, values, strict=True)), **papers)


SMALL = (0.7, 1, 2, 1, 2)
REAL = row("real", "", 500, (0.74, 10, 15, 0.2, 15), (0.739, 409, 15), explained=0.55)
GOOD = row("good", "real", 400, (0.7, 9, 14, 0.1, 14), (0.718, 352, 15))
FLAT = row("flat", "real", 400, (0.9, 1, 2, 0.1, 2))
NOISE = row("noise", "real", 400, (0.3, 9.9, 28, 0.1, 28))


def step(folder, *rows):
    PCA_METRICS.write(folder, rows)
    settings = FidelitySettings(seed=0, pools=(), components=16, images=500, published=None)
    return FinishedStep("measure", folder, settings)


def test_real_images_come_before_what_is_compared_with_them(tmp_path):
    step(tmp_path, row("x", "real b", 9, SMALL), row("real a", "", 9, SMALL), row("real b", "", 9, SMALL))
    assert [metrics.pool for metrics in read_pca_metrics(tmp_path)] == ["real a", "real b", "x"]


def test_section_shows_the_published_values_below(tmp_path):
    (section,) = pca_section(step(tmp_path, REAL, GOOD, FLAT), {"good": "Good GAN"})
    (table,) = section.tables
    real, good, flat = table.rows
    assert [cell.text for cell in real] == ["real", "0.740", "10", "100.0", "15"]
    assert real[0].below == "500 images, components hold 55.0\N{NO-BREAK SPACE}%" and real[0].strong
    assert [cell.text for cell in good] == ["Good GAN", "0.700", "9", "90.0", "14"]
    assert [cell.below for cell in good[1:]] == [
        "paper 0.718",
        "as in the paper 0.1, paper 352",
        "paper 86.1",
        "as in the paper 14, paper 15",
    ]
    assert [cell.below for cell in flat[1:]] == [""] * 4
    assert "“Paper”" in table.note


def test_without_published_values_no_paper_is_named(tmp_path):
    (section,) = pca_section(step(tmp_path, row("real", "", 9, SMALL), row("x", "real", 9, SMALL)), {})
    assert "Paper" not in section.tables[0].note


def test_answer_names_the_nearest_the_unlike_and_the_collapsed(tmp_path):
    answers = pca_answers(step(tmp_path, REAL, GOOD, FLAT, NOISE), {"good": "Good GAN"})
    nearest, unlike, collapsed, once = answers
    assert nearest == (
        "Of 3 sets of generated images, nearest to the training images in realism: “Good GAN” (ρ 0.700, real "
        "images 0.740), which varies 90.0\N{NO-BREAK SPACE}% as much as they do."
    )
    assert unlike.startswith("Realism below 60%") and unlike.endswith(": “noise”.")
    assert collapsed.startswith("Variation below 25%") and collapsed.endswith(": “flat”.")
    assert "once" in once


def test_without_measurements_there_is_no_section_and_no_answer(tmp_path):
    empty = step(tmp_path)
    assert not list(pca_section(empty, {})) and not list(pca_answers(empty, {}))
