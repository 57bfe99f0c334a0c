import base64
import dataclasses
import json
import re

import cv2
import numpy as np
import pytest
from fabricated.array_images import ArrayImages

from kgan.analyses.curation.decisions import ClusterDecision, Decisions, FeaturesMark, PoolMark
from kgan.analyses.curation.decisions_file import as_json
from kgan.analyses.curation.review_page import Review, curator_page
from kgan.errors import DataError


def about(images=60, side=8, channels=1, **changes):
    assigned = np.arange(images) % 3
    clusters = tuple(
        ClusterDecision(i, kind, i != 1, images // 3, 1.5 * i)
        for i, kind in enumerate(("tumor", "tumor", "non_tumor"))
    )
    decisions = Decisions(
        PoolMark("pggan", ("non_tumor", "tumor"), (side, side, channels), images, "a" * 64),
        FeaturesMark("pixels </script>", "b" * 64),
        clusters,
        np.eye(3, dtype=np.float32),
    )
    grey = np.arange(images, dtype=np.uint8)[:, None, None, None]
    pool = ArrayImages(np.broadcast_to(grey * 4, (images, side, side, channels)).copy())
    return Review("PGGAN <b>", "good", dataclasses.replace(decisions, **changes), assigned, pool)


def embedded(page):
    return json.loads(re.search(r'id="page">(.*?)</script>', page, re.S)[1])


def sheet(cluster):
    return cv2.imdecode(np.frombuffer(base64.b64decode(cluster["sheet"]), np.uint8), cv2.IMREAD_GRAYSCALE)


def test_page_holds_decisions_and_every_cluster():
    deciding = about()
    page = curator_page(deciding, seed=0)
    assert "PGGAN &lt;b&gt;" in page and "PGGAN <b>" not in page
    result = embedded(page)
    assert result["decisions"] == json.loads(json.dumps(as_json(deciding.decisions)))
    assert [cluster["id"] for cluster in result["clusters"]] == [0, 1, 2]
    assert result["clusters"][1]["numbers"] == list(range(1, 60, 3))
    assert result["clusters"][1]["images"] == 20
    assert result["clusters"][2]["words"] == "non-tumor"


def test_sheets_show_the_images_row_after_row():
    (_, cluster, _) = embedded(curator_page(about(), seed=0))["clusters"]
    picture = sheet(cluster)
    assert picture.shape == (2 * 8, 16 * 8)
    for at, number in enumerate(cluster["numbers"]):
        top, left = 8 * (at // 16), 8 * (at % 16)
        assert abs(picture[top + 2 : top + 6, left + 2 : left + 6].mean() - 4 * number) < 3


def test_only_some_images_of_large_clusters_are_shown():
    result = embedded(curator_page(about(), seed=0, images=3))
    for cluster in result["clusters"]:
        assert len(cluster["numbers"]) == 12 and cluster["images"] == 20
        assert set(cluster["numbers"]) <= set(range(cluster["id"], 60, 3))
    again = embedded(curator_page(about(), seed=0, images=3))
    assert [cluster["numbers"] for cluster in again["clusters"]] == [
        cluster["numbers"] for cluster in result["clusters"]
    ]


def test_large_images_are_made_smaller_and_channels_stand_side_by_side():
    result = embedded(curator_page(about(images=6, side=200, channels=2), seed=0))
    assert result["shape"] == "256 / 128"
    assert sheet(result["clusters"][0]).shape == (128, 2 * 256)


def test_other_decisions_on_the_same_clusters_are_the_same_page():
    rule, person = about(), about(rule="a person", decided_by="A")
    other = about(features=FeaturesMark("x", "c" * 64))
    identities = [embedded(curator_page(deciding, 0))["identity"] for deciding in (rule, person, other)]
    assert identities[0] == identities[1] != identities[2]


def test_clusters_without_images_are_left_out():
    deciding = about()
    deciding = dataclasses.replace(deciding, assigned=np.zeros(60, np.int64))
    result = embedded(curator_page(deciding, seed=0))
    assert [cluster["id"] for cluster in result["clusters"]] == [0]
    assert len(result["decisions"]["clusters"]) == 3


def test_another_pool_is_refused():
    deciding = dataclasses.replace(about(), pool=ArrayImages(np.zeros((5, 8, 8, 1), np.uint8)))
    with pytest.raises(DataError, match="a pool of 5 images, decisions on 60 and clusters of 60"):
        curator_page(deciding, seed=0)
