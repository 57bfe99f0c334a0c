import pytest
from pydantic import ValidationError

from kgan.analyses.curation.tables import CLUSTERS, IMAGES, ClassCounts, ClusterRow, ImageRow, read_facts


def test_clusters_are_read_as_they_were_written(tmp_path):
    rows = [ClusterRow(cluster=0, class_name="", images=3, distance=0.25, kept=False, reason="decided so")]
    CLUSTERS.write(tmp_path, rows)
    expected = "cluster,class,images,distance,kept,reason\n0,,3,0.25,no,decided so\n"
    assert (tmp_path / "clusters.csv").read_text() == expected
    assert CLUSTERS.read(tmp_path) == rows


def test_images_are_read_as_they_were_written(tmp_path):
    rows = [ImageRow(image=4, class_name="tumor", cluster=1, distance=2.5, kept=True)]
    IMAGES.write(tmp_path, rows)
    assert (tmp_path / "kept.csv").read_text() == "image,class,cluster,distance,kept\n4,tumor,1,2.5,yes\n"
    assert IMAGES.read(tmp_path) == rows


def test_facts_of_a_pool_without_clusters():
    counts = {"images": 4, "kept": 4, "discarded": 0, "classes": {"": {"images": 4, "kept": 4}}}
    facts = read_facts({**counts, "rule": "nothing is discarded", "patients": ["p1"]})
    assert facts.classes == {"": ClassCounts(images=4, kept=4)}
    assert (facts.clusters, facts.features, facts.decided_by) == (0, "", "")
    with pytest.raises(ValidationError):
        read_facts(counts)
