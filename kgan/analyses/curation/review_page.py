"""The page on which a person decides: one HTML file with a pool's clusters that keeps and saves decisions."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from kgan.analyses.curation.decisions import ClusterDecision, Decisions
from kgan.analyses.curation.decisions_file import as_json
from kgan.analyses.curation.montages import sample
from kgan.analyses.visual_turing.test_page import flat
from kgan.errors import DataError
from kgan.features.image_set import Images
from kgan.files.digest import value_digest
from kgan.report.formatting import title as words
from kgan.report.html import render

#: Images on a page, of all clusters together, and of each at least.
IMAGES, LEAST = 4000, 12
#: Height and width in pixels that an image of the page has at most, and images in a row of a sheet.
SIDE, COLUMNS = 128, 16
_QUALITY = 90


@dataclass(frozen=True, eq=False)
class Review:
    """What a person is to decide on.

    Args:
        title: of the page.
        name: how the saved file's name begins.
        decisions: what stays in force where the person leaves a cluster open.
        assigned: (n,) cluster of each image of the pool.
        pool: the images.
        colour: whether three channels are red, green and blue.
    """

    title: str
    name: str
    decisions: Decisions
    assigned: np.ndarray
    pool: Images
    colour: bool = False


def curator_page(review: Review, seed: int, images: int = IMAGES) -> str:
    """Return the page as HTML.

    Args:
        review: what is decided on.
        seed: of the draw of images that are shown where there are too many.
        images: shown at most, of all clusters together; `LEAST` of each are shown at any rate.

    Raises:
        DataError: the pool is not the one that the decisions are about.
    """
    if len(review.assigned) != len(review.pool) or review.decisions.pool.images != len(review.pool):
        raise DataError(
            f"{review.name}: a pool of {len(review.pool)} images, decisions on "
            f"{review.decisions.pool.images} and clusters of {len(review.assigned)}; expected as many of "
            "each. Run 'kgan run' again"
        )
    each = max(LEAST, images // max(1, len(review.decisions.clusters)))
    present = set(np.unique(review.assigned).tolist())
    clusters = review.decisions.clusters
    shown = [_cluster(review, cluster, each, seed) for cluster in clusters if cluster.id in present]
    class_names = sorted({cluster.class_name for cluster in clusters if cluster.class_name})
    height, width = _size(review)
    page = {
        "title": review.title,
        "name": review.name,
        "identity": _identity(review.decisions),
        "features": review.decisions.features.name,
        "images": len(review.pool),
        "classes": [{"name": name, "words": words(name)} for name in class_names],
        "columns": COLUMNS,
        "shape": f"{width} / {height}",
        "clusters": shown,
        "decisions": as_json(review.decisions),
    }
    return render("curator.html", page=page)


def _identity(decisions: Decisions) -> str:
    """Return a word for these very clusters: decisions that a browser keeps are theirs alone."""
    marks = [decisions.pool.digest, decisions.features.digest, as_json(decisions)["centroids"]]
    return value_digest(marks)[:16]


def _cluster(review: Review, cluster: ClusterDecision, each: int, seed: int) -> dict[str, Any]:
    members = sample(np.flatnonzero(review.assigned == cluster.id), each, seed, cluster.id)
    side = _side(review)
    images = flat(review.pool.images(members), side, review.colour)
    return {
        "id": cluster.id,
        "kind": cluster.class_name or "",
        "words": words(cluster.class_name) if cluster.class_name else "",
        "keep": cluster.keep,
        "images": int(np.count_nonzero(review.assigned == cluster.id)),
        "distance": cluster.distance,
        "numbers": members.tolist(),
        "sheet": base64.b64encode(_sheet(images)).decode("ascii"),
    }


def _side(review: Review) -> tuple[int, int]:
    """Return (height, width) of one channel on the page: the pool's, or smaller."""
    height, width, _ = review.pool.image_shape
    scale = min(1.0, SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _size(review: Review) -> Sequence[int]:
    """Return (height, width) of an image on the page, whose channels may stand side by side."""
    blank = np.zeros((1, *review.pool.image_shape), np.uint8)
    return flat(blank, _side(review), review.colour).shape[1:3]


def _sheet(images: np.ndarray) -> bytes:
    """Return all images of a cluster in one JPEG, row after row."""
    columns = min(COLUMNS, len(images))
    blank = np.zeros((-len(images) % columns, *images.shape[1:]), np.uint8)
    whole = np.concatenate([images, blank])
    rows = [np.concatenate(list(whole[at : at + columns]), axis=1) for at in range(0, len(whole), columns)]
    sheet = np.concatenate(rows)
    stored = sheet if sheet.ndim == 2 else cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
