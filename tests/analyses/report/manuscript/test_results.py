from fabricated.comparison_rows import differences
from fabricated.manuscripts import manuscript

from kgan.analyses.comparison.controls.tables import CONTROLS, ControlDifference, control_result
from kgan.analyses.fidelity.metrics.metric import FidelityMetric
from kgan.analyses.fidelity.settings import FidelitySettings
from kgan.analyses.fidelity.tables import DISTANCES, distance_rows
from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.analyses.memorization.tables import POOLS, PoolResult
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.manuscript.results import results
from kgan.pipeline.records.finished_run import FinishedRun
from kgan.pipeline.records.run_folder import FinishedStep, Steps


def test_classification_as_the_tables_have_it(tmp_path):
    text = results(manuscript(tmp_path)).replace("\u00a0", " ")
    assert text.startswith("Highest accuracy: “+PGGAN”, 90.0 %: +10.0 points against “real” with 80.0 %")
    assert "“+PGGAN” against “real”: accuracy 80.0 % → 90.0 %: better" in text
    assert (
        "“real”: accuracy 80.0 % [70.0, 90.0], sensitivity 70.0 %, specificity 90.0 %, AUROC 0.880 "
        "[0.800, 0.950]."
    ) in text
    assert "“+PGGAN”: accuracy 90.0 % [80.0, 97.0], sensitivity 90.0 %." in text
    assert text.endswith("Brackets hold intervals (95 %), not adjusted.")


def test_controls_are_among_the_results(tmp_path):
    run = manuscript(tmp_path)
    row = differences()[0]
    values = {**row.model_dump(), "control": "positive", "result": control_result("positive", "better")}
    CONTROLS.write(run.comparison.folder, [ControlDifference(**values)])
    assert "The positive control is found: “+PGGAN” (against “real”) is better" in results(run)


def test_distances_and_memorization(tmp_path):
    run = manuscript(tmp_path, compared=False)
    same = {
        "pool": "pggan", "against": "real", "features": "pixels", "real_images": 5, "patients": 2,
        "synthetic_images": 5, "image_size": "8x8", "neighbours": 5,
    }  # fmt: skip
    metrics = [
        FidelityMetric("kid", 0.0123, -0.001, 0.025, 0.0, 0.0123, 0.0123),
        FidelityMetric("fid", 31.0, 25.0, 40.0, 52.5, 60.0, 7.5, -1.0, 16.0),
        FidelityMetric("recall", None, note="few"),
    ]
    DISTANCES.write(tmp_path, distance_rows(metrics, same))
    POOLS.write(
        tmp_path,
        [PoolResult(pool="pggan", class_name="tumor", features="pixels", auc=0.55, low=0.4, high=0.7)],
    )
    measured = FidelitySettings(seed=0, pools=(), components=16, images=500, published=None)
    searched = MemorizationSettings(seed=1, images=9, max_auc=None, pools=(), features="pixels")
    steps = Steps([FinishedStep("measure", tmp_path, measured), FinishedStep("privacy", tmp_path, searched)])
    text = results(Manuscript(FinishedRun(tmp_path, run.run.recipe, steps)))
    assert text == (
        "KID of PGGAN: 0.0123 [-0.001, 0.025]; 0 is expected of a perfect generator. FID of PGGAN: 31 "
        "[25, 40]; matched 60, real vs real 52.5, difference +7.5 [-1, 16]. Matched values are of as many "
        "generated images as real ones are compared with each other (real vs real); differences are between "
        "these two. Membership AUC of PGGAN, tumor, by pixels: 55.0 % [40.0, 70.0] (chance 50 %). Brackets "
        "hold intervals (95 %), not adjusted."
    )
