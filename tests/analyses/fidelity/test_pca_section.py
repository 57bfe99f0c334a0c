from pathlib import Path

from fabricated.steps import finished

from kgan.analyses.fidelity.pca_section import measures_answer, measures_section, read_measures

HEADER = (
    "pool,against,images,explained,rho,sigma,delta,sigma_as_published,delta_as_published,"
    "published_rho,published_sigma,published_delta\n"
)
REAL = "real,,500,0.55,0.74,10,15,0.2,15,0.739,409,15\n"
GOOD = "good,real,400,,0.7,9,14,0.1,14,0.718,352,15\n"
FLAT = "flat,real,400,,0.9,1,2,0.1,2,,,\n"


def step(folder: Path, text):
    (folder / "measures.csv").write_text(HEADER + text)
    return finished("measure", "measure", folder, {"components": 16})


def test_real_images_come_before_what_is_held_against_them(tmp_path):
    two = "real a,,9,0.5,0.7,1,2,1,2,,,\nreal b,,9,0.5,0.7,1,2,1,2,,,\nx,real b,9,,0.7,1,2,1,2,,,\n"
    found = read_measures(step(tmp_path, two).folder / "measures.csv")
    assert [one.name for one in found] == ["real a", "real b", "x"]


def test_section_sets_the_papers_figures_below(tmp_path):
    section = measures_section(step(tmp_path, REAL + GOOD + FLAT), {"good": "Good GAN"})
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


def test_without_published_figures_nobody_speaks_of_a_paper(tmp_path):
    section = measures_section(step(tmp_path, "real,,9,0.5,0.7,1,2,1,2,,,\nx,real,9,,0.7,1,2,1,2,,,\n"), {})
    assert "Paper" not in section.tables[0].note


def test_answer_names_the_nearest_the_unlike_and_the_collapsed(tmp_path):
    noise = "noise,real,400,,0.3,9.9,28,0.1,28,,,\n"
    found = measures_answer(step(tmp_path, REAL + GOOD + FLAT + noise), {"good": "Good GAN"})
    nearest, unlike, collapsed, once = found
    assert nearest == (
        "Of 3 sets of generated images, nearest to the training images in realism: “Good GAN” (ρ 0.700, real "
        "images 0.740), which varies 90.0\N{NO-BREAK SPACE}% as much as they do."
    )
    assert unlike.startswith("Realism below 60%") and unlike.endswith(": “noise”.")
    assert collapsed.startswith("Variation below 25%") and collapsed.endswith(": “flat”.")
    assert "once" in once


def test_nothing_measured_is_nothing_said(tmp_path):
    empty = step(tmp_path, "")
    assert measures_section(empty, {}) is None and measures_section(None, {}) is None
    assert measures_answer(empty, {}) == () == measures_answer(None, {})
