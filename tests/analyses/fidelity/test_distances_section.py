from kgan.analyses.fidelity.distances_section import distances_section
from kgan.analyses.fidelity.metrics.metric import FidelityMetric
from kgan.analyses.fidelity.settings import FidelitySettings
from kgan.analyses.fidelity.tables import DISTANCES, distance_rows
from kgan.pipeline.records.run_folder import FinishedStep


def step(folder, pools, refused="fid refused"):
    rows = []
    for name, real in pools.items():
        properties = {
            "pool": name,
            "against": real,
            "features": "pixels at 32x32",
            "real_images": 500,
            "patients": 29,
            "synthetic_images": 500,
            "image_size": "32x32",
            "neighbours": 5,
        }
        metrics = [
            FidelityMetric("kid", 0.0123, -0.001, 0.025, 0.002, 0.014, 0.012, -0.003, 0.027),
            FidelityMetric("fid", None, note=refused),
            FidelityMetric("recall", 0.5, 0.4, 0.6),
            FidelityMetric("c2st", 0.987, 0.95, 0.99, 0.52, 0.9, 0.38, p=1e-9),
        ]
        rows += distance_rows(metrics, properties)
    DISTANCES.write(folder, rows)
    return finished(folder)


def finished(folder):
    settings = FidelitySettings(seed=0, pools=(), components=16, images=500, published=None)
    return FinishedStep("measure", folder, settings)


def test_each_pool_below_the_baseline(tmp_path):
    (section,) = distances_section(step(tmp_path, {"pggan": "real", "simgan": "real"}), {"pggan": "PGGAN"})
    assert "Images are compared by pixels at 32x32." in section.paragraphs[0]
    table, other = section.tables
    assert list(table.columns)[2:] == ["Value", "Baseline (real vs real)", "Matched", "Difference"]
    assert [(row[0].text, row[1].text) for row in other.rows] == [("PGGAN", "Recall"), ("simgan", "Recall")]
    # No row of what is refused.
    assert [row[1].text for row in table.rows] == ["KID", "KID", "Classified", "Classified"]
    _, _, value, baseline, matched, difference = table.rows[0]
    assert (value.text, value.below) == ("0.0123", "[−0.001,\xa00.025]")
    assert (baseline.text, baseline.below) == ("0.002", "real, 500 images of 29 patients")
    assert matched == "0.014" and (difference.text, difference.below) == ("+0.012", "[−0.003,\xa00.027]")
    assert table.rows[2][5].below == "p\xa0<\xa00.001"
    assert table.note == "Fid refused."


def test_real_images_as_each_gan_saw_them(tmp_path):
    (section,) = distances_section(step(tmp_path, {"a": "real t1 64x64", "b": "real t2 64x64"}), {})
    baselines = [row[3].below.partition(",")[0] for row in section.tables[0].rows]
    assert baselines == ["real t1 64x64", "real t2 64x64"] * 2


def test_nothing_measured(tmp_path):
    assert not list(distances_section(finished(tmp_path), {}))
