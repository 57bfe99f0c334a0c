from kgan.analyses.recognition.section import sections
from kgan.analyses.recognition.settings import RecognitionSettings
from kgan.analyses.recognition.tables import RECOGNIZED, Recognized
from kgan.pipeline.records.run_folder import FinishedStep, Steps


def row(image_set, class_name, share, of_real, low=0.7, high=0.9):
    return Recognized(
        image_set=image_set, class_name=class_name, images=100, recognized=round(100 * share), share=share,
        low=low, high=high, of_real=of_real,
    )  # fmt: skip


def run(folder, rows):
    RECOGNIZED.write(folder, rows)
    settings = RecognitionSettings(
        seed=1, pools=(), classifier="c", setup="2 +classic", center_crop=False, classes=("tumor",), images=9
    )
    return Steps([FinishedStep("recognize", folder, settings)])


def test_each_pool_stands_beside_real_images(tmp_path):
    rows = [row("real", "tumor", 0.8, 1.0), row("pggan", "tumor", 0.6, 0.75)]
    (section,) = sections(run(tmp_path, rows), {"pggan": "PGGAN"})
    assert "“2 +classic”" in section.paragraphs[0]
    ((images, classified, recognized, baseline, part),) = section.tables[0].rows
    assert (images.text, images.below) == ("PGGAN", "tumor")
    assert classified == "100"
    assert (recognized.text, recognized.below) == ("60.0", "[70.0, 90.0]")
    assert (baseline.text, part) == ("80.0", "75.0")


def test_a_class_that_no_test_image_has_is_without_a_baseline(tmp_path):
    (section,) = sections(run(tmp_path, [row("pggan", "tumor", 0.6, None, None, None)]), {})
    (cells,) = section.tables[0].rows
    assert cells[0].text == "pggan" and cells[2].below == ""
    assert cells[3] == cells[4] == "–"


def test_without_recognition_there_is_no_section():
    assert list(sections(Steps(), {})) == []
