from kgan.analyses.fidelity.metrics.metric import FidelityMetric
from kgan.analyses.fidelity.tables import DISTANCES, distance_rows

PROPERTIES = {
    "pool": "x",
    "against": "real",
    "features": "pixels",
    "real_images": 9,
    "patients": 3,
    "synthetic_images": 9,
    "image_size": "8x8",
    "neighbours": 5,
}


def test_a_row_for_each_metric(tmp_path):
    metrics = [
        FidelityMetric("kid", 0.5, 0.25, 1 / 3, 0.1, 0.6, 0.5),
        FidelityMetric("fid", None, note="refused"),
    ]
    DISTANCES.write(tmp_path, distance_rows(metrics, PROPERTIES))
    kid, fid = DISTANCES.read(tmp_path)
    assert (kid.measure, kid.value, kid.high, kid.matched) == ("kid", 0.5, 0.333333, 0.6)
    assert (kid.baseline, kid.difference, kid.difference_low) == (0.1, 0.5, None)
    assert (fid.measure, fid.value, fid.note, fid.neighbours) == ("fid", None, "refused", 5)
