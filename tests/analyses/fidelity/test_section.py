from kgan.analyses.fidelity.section import answers, sections
from kgan.analyses.fidelity.settings import FidelitySettings
from kgan.analyses.fidelity.tables import PCA_METRICS, PcaMetrics
from kgan.pipeline.records.run_folder import FinishedStep, Steps

EMPTY = dict.fromkeys(PcaMetrics.model_fields)


def test_of_a_step_without_distances_there_is_one_section(tmp_path):
    values = {"images": 9, "rho": 0.7, "sigma": 3.0, "delta": 2.0}
    rows = [
        PcaMetrics(**(EMPTY | values | {"pool": name, "against": real}))
        for name, real in (("real", ""), ("pggan", "real"))
    ]
    PCA_METRICS.write(tmp_path, rows)
    settings = FidelitySettings(seed=0, pools=(), components=4, images=9, published=None)
    run = Steps([FinishedStep("measure", tmp_path, settings)])
    assert [section.anchor for section in sections(run, {})] == ["measures"]
    assert any("“PGGAN”" in answer for answer in answers(run, {"pggan": "PGGAN"}))


def test_without_the_step_there_is_nothing():
    assert not list(sections(Steps(), {})) and not list(answers(Steps(), {}))
