from fabricated.steps import finished

from kgan.analyses.curation.section import curation_section

FACTS = {
    "kept": 30,
    "discarded": 10,
    "classes": {"non_tumor": {"images": 20, "kept": 16}, "tumor": {"images": 20, "kept": 14}},
    "rule": "by rule: the farthest",
    "features": "DenseNet-169, ImageNet weights",
    "note": "",
}
CLUSTERS = (
    "cluster,class,images,distance,kept,reason\n"
    "0,non_tumor,16,1.5,yes,\n1,non_tumor,4,9,no,\n2,tumor,20,3,yes,\n"
)


def step(folder, rule="automatic", **facts):
    (folder / "clusters.csv").write_text(CLUSTERS)
    published = ("results/curation-x.csv", "curation/x/montages")
    return finished("curate-x", "curate", folder, {"rule": rule}, {**FACTS, **facts}, published=published)


def test_section_says_how_much_went_and_why(tmp_path):
    section = curation_section(step(tmp_path), {"x": "PGGAN, curated"})
    assert section.title == "Curation: PGGAN, curated" and section.anchor == "curation-x"
    said = " ".join(section.paragraphs)
    assert "10 of 40 images (25.0\N{NO-BREAK SPACE}%) were discarded; by rule: the farthest." in said
    assert "DenseNet-169, ImageNet weights" in said
    assert "nobody did here" in said
    (table,) = section.tables
    first, second = table.rows
    assert (first[0].text, first[0].below) == ("non-tumor", "clusters 1.5 to 9 from real")
    assert list(first[1:]) == ["20", "16", "4", "20.0", "2", "1"]
    assert list(second[1:]) == ["20", "14", "6", "30.0", "1", "0"]
    assert list(section.links) == ["curation/x/montages"]
    assert not section.figures


def test_a_person_s_decisions_are_told_as_such(tmp_path):
    section = curation_section(step(tmp_path, rule="decided", decided_by="A. B."), {})
    said = " ".join(section.paragraphs)
    assert "were discarded by A. B.;" in said and "nobody did here" not in said


def test_a_stand_in_for_the_features_is_told(tmp_path):
    section = curation_section(step(tmp_path, note="densenet169 could not be had"), {})
    assert section.paragraphs[-1] == "densenet169 could not be had."


def test_the_figure_is_shown(tmp_path):
    (tmp_path / "clusters.png").write_bytes(b"png")
    (figure,) = curation_section(step(tmp_path), {}).figures
    assert figure.path == tmp_path / "clusters.png" and figure.alt


def test_without_curation_there_is_no_section(tmp_path):
    assert curation_section(None, {}) is None


def test_nothing_discarded_is_said(tmp_path):
    section = curation_section(step(tmp_path, rule="none"), {})
    assert section.paragraphs == ["Nothing was discarded, as the recipe asks."]
