from fabricated.comparison_rows import RESULTS

from kgan.analyses.comparison.classification_section import rate_forests, replicates_table
from kgan.analyses.comparison.results import read_results
from kgan.analyses.comparison.tables import CLASSIFICATION, RunPerformance


def run(split, seed, accuracy, sensitivity):
    return RunPerformance(
        setup="real",
        variant="scratch",
        split=split,
        seed=seed,
        accuracy=accuracy,
        sensitivity=sensitivity,
        specificity=0.6,
        auroc=None,
        n=10,
        patients=2,
        note="",
    )


def test_each_run_stands_beside_their_mean():
    table = replicates_table([run(1, 1, 0.5, 0.4), run(1, 2, 0.7, 0.8), run(2, 1, 0.6, 0.6)], {})
    replicates = ["split 1, seed 1", "split 1, seed 2", "split 2, seed 1"]
    assert table.columns == ["Setup", "Accuracy %, mean ± SD", *replicates]
    ((_, mean, first, *_),) = table.rows
    assert mean.text == "60.0 ± 10.0"  # of 50, 70 and 60
    assert (first.text, first.below) == ("50.0", "40.0 / 60.0")


def test_of_one_split_the_seed_is_named_alone():
    table = replicates_table([run(1, 1, 0.5, 0.4), run(1, 2, 0.7, 0.8)], {})
    assert table.columns[2:] == ["seed 1", "seed 2"]


def test_each_rate_has_a_figure_with_published_values(tmp_path):
    CLASSIFICATION.write(tmp_path, RESULTS)
    accuracy, sensitivity, specificity = rate_forests(read_results(tmp_path, {"pggan": "PGGAN"}))
    real, other = accuracy.rows
    assert (real.label, real.value, real.low, real.high, real.text) == ("real", 80.0, 70.0, 90.0, "80.0")
    assert real.reference == 86.33 and other.reference is None
    assert other.label == "+PGGAN" and "published" in accuracy.caption
    assert sensitivity.rows[0].low is None and specificity.rows[1].value is None
