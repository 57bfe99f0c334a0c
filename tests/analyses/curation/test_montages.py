import numpy as np
from fabricated.array_images import ArrayImages
from PIL import Image

from kgan.analyses.curation import montages
from kgan.analyses.curation.montages import Shown, draw_extremes, sample, write_montages

POOL = ArrayImages(np.arange(60, dtype=np.uint8)[:, None, None, None] * np.ones((1, 8, 8, 1), np.uint8))


def shown():
    return [
        Shown(0, "tumor", True, 1.0, np.arange(20)),
        Shown(1, "tumor", False, 7.5, np.arange(20, 21)),
        Shown(2, "non_tumor", True, 2.0, np.arange(21, 60)),
        Shown(3, "non_tumor", True, 3.0, np.arange(0)),
    ]


def test_a_line_tells_all_of_a_cluster():
    assert shown()[1].line == "cluster 1 · 1 image · 7.5 from real · discarded"
    assert shown()[0].line == "cluster 0 · 20 images · 1 from real · kept"


def test_members_are_drawn_once_and_for_all():
    members = np.arange(100, 200)
    sampled, again, other = (sample(members, 10, 3, number) for number in (1, 1, 2))
    assert sampled.tolist() == again.tolist() != other.tolist()
    assert len(set(sampled.tolist())) == 10 and sampled.tolist() == sorted(sampled.tolist())
    assert sample(members[:4], 10, 3, 1).tolist() == [100, 101, 102, 103]


def test_sheets_hold_so_many_clusters_each(tmp_path, monkeypatch):
    monkeypatch.setattr(montages, "ROWS", 1)
    written = write_montages(shown(), POOL, tmp_path, seed=0)
    assert [path.name for path in written] == ["non_tumor-01.png", "tumor-01.png", "tumor-02.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in written]


def test_extremes_and_real_images_are_in_one_figure(tmp_path):
    draw_extremes(shown(), POOL, {"tumor": POOL, "non_tumor": POOL}, tmp_path / "a.png", seed=0)
    with Image.open(tmp_path / "a.png") as picture:
        # Two classes of real images, two kept clusters and one that is discarded.
        assert picture.height == 5 * (96 + 26 + 3) - 3
