"""Which clusters of a pool are kept: a small JSON file, written by a person or a rule, and replayed."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kgan.atomic import write_text
from kgan.data.disk import explaining
from kgan.errors import DataError
from kgan.evaluation.clusters import nearest

FORMAT = "kgan-curation"
VERSION = 1


@dataclass(frozen=True)
class PoolMark:
    """Which pool decisions are about.

    Args:
        source: what made it: a GAN, or a refiner of a GAN's images.
        classes: names of its classes.
        image_shape: (height, width, channels).
        images: how many it holds.
        digest: SHA-256 of its file; decisions on single images hold for this very pool.
    """

    source: str
    classes: tuple[str, ...]
    image_shape: tuple[int, int, int]
    images: int
    digest: str


@dataclass(frozen=True)
class FeaturesMark:
    """What the pool's images were compared by.

    Args:
        name: in words.
        digest: of weights and sizes.
    """

    name: str
    digest: str


@dataclass(frozen=True)
class Judged:
    """One cluster and what was decided of it.

    Args:
        id: its number, from 0.
        kind: class of its images; ``None`` where they have none.
        keep: whether its images stay.
        images: how many it had.
        distance: how far these lie from the real ones, in units of the features.
        open: whether the person who decided left this one as the rule has it.
    """

    id: int
    kind: str | None
    keep: bool
    images: int
    distance: float
    open: bool = False


@dataclass(frozen=True, eq=False)
class Decisions:
    """All that is needed to decide on any pool of the same source.

    Args:
        pool: that they were made on.
        features: of that pool.
        clusters: in the order of their numbers.
        centroids: (clusters, dimension) float32, as a file keeps them (see `rounded`).
        exceptions: number of an image in that pool -> whether it is kept, against its cluster's decision.
        rule: "automatic", or "a person".
        decided_by: who; may be empty.
        decided_at: when; may be empty.
    """

    pool: PoolMark
    features: FeaturesMark
    clusters: tuple[Judged, ...]
    centroids: np.ndarray
    exceptions: Mapping[int, bool] = field(default_factory=dict)
    rule: str = "automatic"
    decided_by: str = ""
    decided_at: str = ""

    def assign(self, vectors: np.ndarray, kind: str | None) -> np.ndarray:
        """Return the number of the nearest cluster of a class, (n,) int64, for (n, dimension) features.

        Raises:
            DataError: no cluster is of that class.
        """
        own = np.array([one.id for one in self.clusters if one.kind == kind], np.int64)
        if not len(own):
            raise DataError(f"decisions: no cluster of class {kind!r}; expected one at least for each class")
        return own[nearest(vectors, self.centroids[own])]

    def kept(self, assigned: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Return whether images stay, (n,) bool.

        Args:
            assigned: (n,) their clusters.
            numbers: (n,) their numbers in the pool.
        """
        keep = np.array([one.keep for one in self.clusters])[assigned]
        for position, number in enumerate(numbers.tolist() if self.exceptions else ()):
            keep[position] = self.exceptions.get(number, keep[position])
        return keep


def rounded(centroids: np.ndarray) -> np.ndarray:
    """Return centroids as a file keeps them, float32: to 11 bits of each one's largest number."""
    scales, halves = _packed(centroids)
    return halves.astype(np.float32) * scales[:, None]


def write_decisions(path: Path, decisions: Decisions) -> None:
    """Write the file.

    Raises:
        RunError: it cannot be written.
    """
    with explaining(path):
        write_text(path, json.dumps(as_json(decisions), indent=1, ensure_ascii=False) + "\n")


def as_json(decisions: Decisions) -> dict[str, Any]:
    """Return the plain values of the file."""
    scales, halves = _packed(decisions.centroids)
    return {
        "format": FORMAT,
        "version": VERSION,
        "rule": decisions.rule,
        "decided_by": decisions.decided_by,
        "decided_at": decisions.decided_at,
        "pool": asdict(decisions.pool),
        "features": asdict(decisions.features),
        "clusters": [
            {
                "id": one.id,
                "class": one.kind,
                "keep": one.keep,
                "images": one.images,
                "distance": round(one.distance, 6),
                **({"open": True} if one.open else {}),
            }
            for one in decisions.clusters
        ],
        "exceptions": [{"image": n, "keep": keep} for n, keep in sorted(decisions.exceptions.items())],
        "centroids": {
            "dimension": int(decisions.centroids.shape[1]),
            "scales": _text(scales),
            "float16": _text(halves),
        },
    }


def read_decisions(path: Path) -> Decisions:
    """Read the file.

    Raises:
        DataError: it is missing, no such file, of another version, or contradicts itself: clusters that do
            not exist, are missing or stand there twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path}: no curation decisions can be read ({_short(error)}); expected the decisions.json of a "
            "curation, or what the curation page downloads"
        ) from error
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{path}: is not JSON ({_short(error)}); expected the decisions.json of a curation, or what the "
            "curation page downloads"
        ) from error
    try:
        return _parsed(found)
    except _Fault as fault:
        raise DataError(f"{path}: {fault}") from fault


def check_fits(decisions: Decisions, path: Path, pool: PoolMark, features: FeaturesMark) -> None:
    """Refuse decisions that were made on another kind of pool, or by other features.

    Args:
        decisions: as read.
        path: where from, for the message.
        pool: that they are to be replayed on.
        features: that its images are compared by.

    Raises:
        DataError: something differs; says what, and both values.
    """
    made = decisions.pool
    for what, old, new in (
        ("maker", made.source, pool.source),
        ("classes", ", ".join(made.classes), ", ".join(pool.classes)),
        ("images", _size(made.image_shape), _size(pool.image_shape)),
    ):
        if old != new:
            raise DataError(
                f"{path}: belongs to another pool: its {what}: {old}; this pool's: {new}. Decide anew on "
                "this pool, or name the decisions made on it."
            )
    if decisions.features.digest != features.digest:
        raise DataError(
            f"{path}: belongs to other features: {decisions.features.name} "
            f"({decisions.features.digest[:8]}); this run's: {features.name} ({features.digest[:8]}). Take "
            "the same features and weights, or decide anew."
        )
    if decisions.exceptions and made.digest != pool.digest:
        raise DataError(
            f"{path}: decides on {len(decisions.exceptions)} single images of another pool "
            f"({made.images} images, {made.digest[:8]}); this one: {pool.images} images, {pool.digest[:8]}. "
            "Empty 'exceptions' to replay the clusters alone, or decide anew."
        )


class _Fault(Exception):
    """What is wrong with a file, without its name."""


def _parsed(found: Any) -> Decisions:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _Fault(f"no curation decisions: expected 'format': {FORMAT!r}")
    if found.get("version") != VERSION:
        raise _Fault(
            f"decisions of version {found.get('version')!r}; expected {VERSION}. Decide anew with this kgan."
        )
    pool, features = _get(found, "pool", dict), _get(found, "features", dict)
    shape = tuple(_get(pool, "image_shape", list))
    if len(shape) != 3 or not all(_is_count(side) for side in shape):
        raise _Fault(f"'image_shape': expected [height, width, channels], received {list(shape)}")
    mark = PoolMark(
        source=_get(pool, "source", str),
        classes=tuple(map(str, _get(pool, "classes", list))),
        image_shape=shape,
        images=_get(pool, "images", int),
        digest=_get(pool, "digest", str),
    )
    centroids = _unpacked(_get(found, "centroids", dict))
    return Decisions(
        pool=mark,
        features=FeaturesMark(_get(features, "name", str), _get(features, "digest", str)),
        clusters=_clusters(_get(found, "clusters", list), len(centroids), mark.classes),
        centroids=centroids,
        exceptions=_exceptions(_get(found, "exceptions", list, []), mark.images),
        rule=_get(found, "rule", str, ""),
        decided_by=_get(found, "decided_by", str, ""),
        decided_at=_get(found, "decided_at", str, ""),
    )


def _clusters(found: Sequence[Any], count: int, classes: Sequence[str]) -> tuple[Judged, ...]:
    judged: dict[int, Judged] = {}
    for one in found:
        number = _get(one, "id", int)
        if not 0 <= number < count:
            raise _Fault(f"cluster {number} does not exist; expected 0 to {count - 1}")
        if number in judged:
            raise _Fault(f"cluster {number} stands there twice; expected one decision for each cluster")
        kind = one.get("class")
        if kind is not None and kind not in classes:
            raise _Fault(
                f"cluster {number}: class {kind!r} does not exist; expected one of {', '.join(classes)}"
            )
        distance, images = one.get("distance"), _get(one, "images", int)
        if isinstance(distance, bool) or not isinstance(distance, (int, float)) or not 0 <= distance < _MOST:
            raise _Fault(
                f"cluster {number}: 'distance': expected a number, 0 or more, received {str(distance)[:40]!r}"
            )
        if not 0 <= images < _MOST:
            raise _Fault(f"cluster {number}: 'images': expected 0 or more, received {str(images)[:40]}")
        keep = _get(one, "keep", bool)
        judged[number] = Judged(number, kind, keep, images, float(distance), _get(one, "open", bool, False))
    lacking = sorted(set(range(count)) - set(judged))
    if lacking:
        raise _Fault(
            f"{len(lacking)} of {count} clusters are missing, such as {lacking[0]}; expected a decision for "
            "each"
        )
    return tuple(judged[number] for number in range(count))


def _exceptions(found: Sequence[Any], images: int) -> dict[int, bool]:
    exceptions: dict[int, bool] = {}
    for one in found:
        number = _get(one, "image", int)
        if not 0 <= number < images:
            raise _Fault(f"'exceptions': image {number} does not exist; expected 0 to {images - 1}")
        if number in exceptions:
            raise _Fault(f"'exceptions': image {number} stands there twice; expected one decision for it")
        exceptions[number] = _get(one, "keep", bool)
    return exceptions


#: No count or distance is so large; floats hold whole numbers so far.
_MOST = 2**53
_WORDS = {dict: "a mapping", list: "a list", str: "a text", int: "a whole number", bool: "true or false"}


def _get(mapping: Any, key: str, kind: type, default: Any = None) -> Any:
    if not isinstance(mapping, dict):
        raise _Fault(f"expected a mapping with {key!r}, received {str(mapping)[:40]!r}")
    value = mapping.get(key, default)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _Fault(f"{key!r}: expected {_WORDS[kind]}, received {str(value)[:40]!r}")
    return value


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _packed(centroids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return scales and float16 numbers in [-1, 1]; features of some networks exceed what float16 holds."""
    largest = np.abs(centroids).max(axis=1, initial=0)
    scales = np.where(largest > 0, largest, 1).astype("<f4")
    return scales, (np.asarray(centroids, np.float32) / scales[:, None]).astype("<f2")


def _text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def _unpacked(found: Mapping[str, Any]) -> np.ndarray:
    dimension = _get(found, "dimension", int)
    try:
        scales = np.frombuffer(base64.b64decode(_get(found, "scales", str), validate=True), "<f4")
        halves = np.frombuffer(base64.b64decode(_get(found, "float16", str), validate=True), "<f2")
        centroids = halves.reshape(len(scales), dimension).astype(np.float32) * scales[:, None]
    except ValueError as error:
        raise _Fault(f"'centroids' are damaged ({_short(error)}); decide anew") from error
    if dimension < 1 or not centroids.size or not np.isfinite(centroids).all():
        raise _Fault("'centroids' are damaged (none, or no finite numbers); decide anew")
    return centroids


def _size(shape: Sequence[int]) -> str:
    return f"{shape[0]}x{shape[1]} of {shape[2]} channel{'s' if shape[2] > 1 else ''}"


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
