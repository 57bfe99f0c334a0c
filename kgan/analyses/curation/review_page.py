"""The page on which a person decides: one HTML file with a pool's clusters that keeps and saves decisions."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from kgan.analyses.curation.decisions import Decisions, Judged
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
class Deciding:
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


def curator_page(about: Deciding, seed: int, images: int = IMAGES) -> str:
    """Return the page as HTML.

    Args:
        about: what is decided on.
        seed: of the draw of images that are shown where there are too many.
        images: shown at most, of all clusters together; `LEAST` of each are shown at any rate.

    Raises:
        DataError: the pool is not the one that the decisions are about.
    """
    if len(about.assigned) != len(about.pool) or about.decisions.pool.images != len(about.pool):
        raise DataError(
            f"{about.name}: a pool of {len(about.pool)} images, decisions on {about.decisions.pool.images} "
            f"and clusters of {len(about.assigned)}; expected as many of each. Run 'kgan run' again"
        )
    each = max(LEAST, images // max(1, len(about.decisions.clusters)))
    there = set(np.unique(about.assigned).tolist())
    shown = [_cluster(about, one, each, seed) for one in about.decisions.clusters if one.id in there]
    kinds = sorted({one.kind for one in about.decisions.clusters if one.kind})
    height, width = _size(about)
    page = {
        "title": about.title,
        "name": about.name,
        "identity": _identity(about.decisions),
        "features": about.decisions.features.name,
        "images": len(about.pool),
        "classes": [{"name": kind, "words": words(kind)} for kind in kinds],
        "columns": COLUMNS,
        "shape": f"{width} / {height}",
        "clusters": shown,
        "decisions": as_json(about.decisions),
    }
    return render("curator.html", page=page)


def _identity(decisions: Decisions) -> str:
    """Return a word for these very clusters: decisions that a browser keeps are theirs alone."""
    marks = [decisions.pool.digest, decisions.features.digest, as_json(decisions)["centroids"]]
    return value_digest(marks)[:16]


def _cluster(about: Deciding, one: Judged, each: int, seed: int) -> dict[str, Any]:
    members = sample(np.flatnonzero(about.assigned == one.id), each, seed, one.id)
    side = _side(about)
    images = flat(about.pool.images(members), side, about.colour)
    return {
        "id": one.id,
        "kind": one.kind or "",
        "words": words(one.kind) if one.kind else "",
        "keep": one.keep,
        "images": int(np.count_nonzero(about.assigned == one.id)),
        "distance": one.distance,
        "numbers": members.tolist(),
        "sheet": base64.b64encode(_sheet(images)).decode("ascii"),
    }


def _side(about: Deciding) -> tuple[int, int]:
    """Return (height, width) of one channel on the page: the pool's, or smaller."""
    height, width, _ = about.pool.image_shape
    scale = min(1.0, SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _size(about: Deciding) -> Sequence[int]:
    """Return (height, width) of an image on the page, whose channels may stand side by side."""
    blank = np.zeros((1, *about.pool.image_shape), np.uint8)
    return flat(blank, _side(about), about.colour).shape[1:3]


def _sheet(images: np.ndarray) -> bytes:
    """Return all images of a cluster in one JPEG, row after row."""
    columns = min(COLUMNS, len(images))
    blank = np.zeros((-len(images) % columns, *images.shape[1:]), np.uint8)
    whole = np.concatenate([images, blank])
    rows = [np.concatenate(list(whole[at : at + columns]), axis=1) for at in range(0, len(whole), columns)]
    sheet = np.concatenate(rows)
    stored = sheet if sheet.ndim == 2 else cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
