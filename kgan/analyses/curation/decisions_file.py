"""The file of decisions on a pool's clusters: a small JSON, written by a person or a rule, and replayed."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.curation.decisions import ClusterDecision, Decisions, FeaturesMark, PoolMark, packed
from kgan.errors import DataError
from kgan.files.atomic import write_text
from kgan.files.disk import explaining
from kgan.files.json_file import read_json, short

FORMAT = "kgan-curation"
VERSION = 1


def write_decisions(path: Path, decisions: Decisions) -> None:
    """Write the file.

    Raises:
        RunError: it cannot be written.
    """
    with explaining(path):
        write_text(path, json.dumps(as_json(decisions), indent=1, ensure_ascii=False) + "\n")


def as_json(decisions: Decisions) -> dict[str, Any]:
    """Return the plain values of the file."""
    scales, halves = packed(decisions.centroids)
    return {
        "format": FORMAT,
        "version": VERSION,
        "rule": decisions.rule,
        "decided_by": decisions.decided_by,
        "decided_at": decisions.decided_at,
        "pool": asdict(decisions.pool),
        "features": asdict(decisions.features),
        "patients": sorted(decisions.patients),
        "clusters": [
            {
                "id": cluster.id,
                "class": cluster.class_name,
                "keep": cluster.keep,
                "images": cluster.images,
                "distance": round(cluster.distance, 6),
                **({"open": True} if cluster.open else {}),
            }
            for cluster in decisions.clusters
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
    values = read_json(path, "the decisions.json of a curation, or what the curation page downloads")
    try:
        return _parsed(values)
    except _Fault as fault:
        raise DataError(f"{path}: {fault}") from fault


class _Fault(Exception):
    """What is wrong with a file, without its name."""


def _parsed(values: Any) -> Decisions:
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise _Fault(f"no curation decisions: expected 'format': {FORMAT!r}")
    if values.get("version") != VERSION:
        raise _Fault(
            f"decisions of version {values.get('version')!r}; expected {VERSION}. Decide again with "
            "this kgan."
        )
    pool, features = _get(values, "pool", dict), _get(values, "features", dict)
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
    centroids = _unpacked(_get(values, "centroids", dict))
    return Decisions(
        pool=mark,
        features=FeaturesMark(_get(features, "name", str), _get(features, "digest", str)),
        clusters=_clusters(_get(values, "clusters", list), len(centroids), mark.classes),
        centroids=centroids,
        exceptions=_exceptions(_get(values, "exceptions", list, []), mark.images),
        rule=_get(values, "rule", str, ""),
        decided_by=_get(values, "decided_by", str, ""),
        decided_at=_get(values, "decided_at", str, ""),
        patients=frozenset(map(str, _get(values, "patients", list))),
    )


def _clusters(values: Sequence[Any], count: int, classes: Sequence[str]) -> tuple[ClusterDecision, ...]:
    decisions: dict[int, ClusterDecision] = {}
    for entry in values:
        number = _get(entry, "id", int)
        if not 0 <= number < count:
            raise _Fault(f"cluster {number} does not exist; expected 0 to {count - 1}")
        if number in decisions:
            raise _Fault(f"cluster {number} stands there twice; expected one decision for each cluster")
        class_name = entry.get("class")
        if class_name is not None and class_name not in classes:
            raise _Fault(
                f"cluster {number}: class {class_name!r} does not exist; expected one of {', '.join(classes)}"
            )
        distance, images = entry.get("distance"), _get(entry, "images", int)
        if isinstance(distance, bool) or not isinstance(distance, (int, float)) or not 0 <= distance < _MOST:
            raise _Fault(
                f"cluster {number}: 'distance': expected a number, 0 or more, received {str(distance)[:40]!r}"
            )
        if not 0 <= images < _MOST:
            raise _Fault(f"cluster {number}: 'images': expected 0 or more, received {str(images)[:40]}")
        keep = _get(entry, "keep", bool)
        decisions[number] = ClusterDecision(
            number, class_name, keep, images, float(distance), _get(entry, "open", bool, False)
        )
    lacking = sorted(set(range(count)) - set(decisions))
    if lacking:
        raise _Fault(
            f"{len(lacking)} of {count} clusters are missing, such as {lacking[0]}; expected a decision for "
            "each"
        )
    return tuple(decisions[number] for number in range(count))


def _exceptions(values: Sequence[Any], images: int) -> dict[int, bool]:
    exceptions: dict[int, bool] = {}
    for entry in values:
        number = _get(entry, "image", int)
        if not 0 <= number < images:
            raise _Fault(f"'exceptions': image {number} does not exist; expected 0 to {images - 1}")
        if number in exceptions:
            raise _Fault(f"'exceptions': image {number} stands there twice; expected one decision for it")
        exceptions[number] = _get(entry, "keep", bool)
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


def _text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def _unpacked(values: Mapping[str, Any]) -> np.ndarray:
    dimension = _get(values, "dimension", int)
    try:
        scales = np.frombuffer(base64.b64decode(_get(values, "scales", str), validate=True), "<f4")
        halves = np.frombuffer(base64.b64decode(_get(values, "float16", str), validate=True), "<f2")
        centroids = halves.reshape(len(scales), dimension).astype(np.float32) * scales[:, None]
    except ValueError as error:
        raise _Fault(f"'centroids' are damaged ({short(error)}); decide again") from error
    if dimension < 1 or not centroids.size or not np.isfinite(centroids).all():
        raise _Fault("'centroids' are damaged (none, or no finite numbers); decide again")
    return centroids
