from PIL import Image

from kgan.analyses.curation.section import sections
from kgan.analyses.curation.settings import CurationSettings
from kgan.analyses.curation.tables import CLUSTERS, ClusterRow
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.schema.data import ViewSettings

FACTS = {
    "images": 30,
    "kept": 30,
    "discarded": 10,
    "classes": {
        "non_tumor": {"images": 20, "kept": 16, "baseline": 1.25},
        "tumor": {"images": 20, "kept": 14},
    },
    "rule": "by rule: the farthest",
    "features": "DenseNet-169, ImageNet weights",
    "note": "",
}


def cluster(number, class_name, images, distance, kept):
    return ClusterRow(
        cluster=number, class_name=class_name, images=images, distance=distance, kept=kept, reason=""
    )


def step(folder, rule="automatic", name="curate-x", **facts):
    rows = ((0, "non_tumor", 16, 1.5, True), (1, "non_tumor", 4, 9.0, False), (2, "tumor", 20, 3.0, True))
    CLUSTERS.write(folder, [cluster(*row) for row in rows])
    settings = CurationSettings(
        seed=1, view=ViewSettings(), canvas=(8, 8), clusters=3, rule=rule, discard=0.25, decisions=None,
        source="generate-x", features=None, classes=("non_tumor", "tumor"), need=(),
    )  # fmt: skip
    published = ("results/curation-x.csv", "curation/x/montages")
    return FinishedStep(name, folder, settings, {**FACTS, **facts}, published=published)


def section_of(finished, labels=()):
    (section,) = sections(Steps([finished]), dict(labels))
    return section


def test_the_section_says_how_much_was_discarded_and_why(tmp_path):
    section = section_of(step(tmp_path), {"x": "PGGAN, curated"})
    assert section.title == "Curation: PGGAN, curated" and section.anchor == "curation-x"
    text = " ".join(section.paragraphs)
    assert "10 of 40 images (25.0\N{NO-BREAK SPACE}%) were discarded; by rule: the farthest." in text
    assert "DenseNet-169, ImageNet weights" in text
    assert "here an automatic rule decided" in text
    (table,) = section.tables
    first, second = table.rows
    assert list(first) == ["non-tumor", "20", "16", "4", "20.0", "2", "1", "1.5 to 9", "1.25"]
    assert list(second) == ["tumor", "20", "14", "6", "30.0", "1", "0", "3 to 3", "–"]
    assert list(section.links) == ["curation/x/montages"]
    assert not section.figures


def test_a_reviewer_is_named(tmp_path):
    text = " ".join(section_of(step(tmp_path, rule="decided", decided_by="A. B.")).paragraphs)
    assert "were discarded by A. B.;" in text and "automatic rule" not in text


def test_a_stand_in_for_the_features_is_noted(tmp_path):
    section = section_of(step(tmp_path, note="densenet169 could not be had"))
    assert section.paragraphs[-1] == "densenet169 could not be had."


def test_the_figure_is_shown(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "clusters.png")
    (figure,) = section_of(step(tmp_path)).figures
    assert figure.path == tmp_path / "clusters.png" and figure.alt


def test_curations_of_further_splits_have_no_section(tmp_path):
    assert list(sections(Steps([step(tmp_path, name="curate-x-split2")]), {})) == []
    assert list(sections(Steps(), {})) == []


def test_nothing_discarded_is_stated(tmp_path):
    section = section_of(step(tmp_path, rule="none"))
    assert section.paragraphs == ["Nothing was discarded, as the recipe asks."]
