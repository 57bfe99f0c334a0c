"""The two files of a Visual Turing Test beside its page: the key, and a rater's answers.

Both are JSON and carry a digest of their own content, so that what was cut, joined or changed by hand is
refused. The digest is no signature: it finds accidents and second thoughts, not forgery.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kgan.analyses.visual_turing.sampling import ORIGINS, Item, Picture
from kgan.errors import DataError
from kgan.files.digest import value_digest
from kgan.files.json_file import read_json, short

KEY_FORMAT, ANSWERS_FORMAT = "kgan-turing-key-1", "kgan-turing-answers-1"
_DAMAGED = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Provenance:
    """Where a test's images come from.

    Args:
        pool: the step that holds the synthetic images.
        real_from: splits that the real ones are of.
        patients: of the real images.
        image_size: (height, width) px.
        margin: half the width of what counts as chance, a share.
        seed: of the draw.
    """

    pool: str
    real_from: tuple[str, ...]
    patients: int
    image_size: tuple[int, int]
    margin: float
    seed: int


@dataclass(frozen=True)
class Key:
    """What each image of a test is.

    Args:
        test: the test's identity, which its page and the answers to it carry.
        name: of the test, in file names.
        title: of the test, for people.
        classes: names of the classes; empty where raters judge only whether images are real.
        items: in the order they are shown.
        provenance: where the images come from.
    """

    test: str
    name: str
    title: str
    classes: tuple[str, ...]
    items: tuple[Item, ...]
    provenance: Provenance

    @property
    def shown(self) -> dict[str, Item]:
        """First showings by their names."""
        return {item.name: item for item in self.items if item.repeats is None}

    @property
    def repeated(self) -> dict[str, str]:
        """Name of a second showing -> name of the first one of the same image."""
        return {item.name: item.repeats for item in self.items if item.repeats is not None}


@dataclass(frozen=True)
class Answer:
    """A rater's answers to one image; ``None`` for no answer.

    Args:
        origin: `kgan.analyses.visual_turing.sampling.REAL` or ``SYNTHETIC``.
        kind: a class.
    """

    origin: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Reading:
    """One rater's answers to one test.

    Args:
        rater: their name.
        test: identity of the test.
        answers: by name of the item.
        path: of the file.
    """

    rater: str
    test: str
    answers: Mapping[str, Answer]
    path: Path


def identity(name: str, classes: Sequence[str], items: Sequence[Item], pixels: Sequence[str]) -> str:
    """Return a test's identity: a digest of what is shown, in which order, under which names.

    Args:
        name: of the test.
        classes: that raters choose from.
        items: in their order.
        pixels: a digest of each item's pixels.
    """
    return value_digest([name, list(classes), [asdict(item) for item in items], list(pixels)])[:16]


def key_text(key: Key) -> str:
    """Return a key as the text of its file."""
    fields = asdict(key)
    provenance = fields.pop("provenance")
    plain = json.loads(json.dumps({"format": KEY_FORMAT, **fields, "about": provenance}, default=str))
    return json.dumps({**plain, "digest": value_digest(plain)}, indent=1) + "\n"


def read_key(path: Path) -> Key:
    """Read a key.

    Raises:
        DataError: the file is missing, is no key, or was changed.
    """
    plain = _read(path, KEY_FORMAT, "the key of a Visual Turing Test (.key.json)")
    digest = plain.pop("digest", None)
    if digest != value_digest(plain):
        raise _changed(path, "build the test again")
    # The digest has vouched for the form of what follows.
    return Key(
        plain["test"],
        plain["name"],
        plain["title"],
        tuple(plain["classes"]),
        tuple(Item(item["name"], Picture(**item["picture"]), item["repeats"]) for item in plain["items"]),
        _provenance(plain["about"]),
    )


def _provenance(plain: Mapping[str, Any]) -> Provenance:
    height, width = plain["image_size"]
    return Provenance(
        plain["pool"],
        tuple(plain["real_from"]),
        plain["patients"],
        (height, width),
        plain["margin"],
        plain["seed"],
    )


def answers_digest(test: str, rater: str, saved: str, rows: Sequence[Sequence[str | None]]) -> str:
    """Return the digest that an answers file carries; the page computes the same.

    Args:
        test: identity of the test.
        rater: their name.
        saved: when.
        rows: (item, origin, class) of each item in the order of the test; ``None`` for no answer.
    """
    lines = [ANSWERS_FORMAT, test, rater, saved, *(" ".join(part or "-" for part in row) for row in rows)]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


def read_answers(path: Path, key_of: Callable[[str], Key | None]) -> Reading:
    """Read a rater's answers and compare them with the test's key.

    Args:
        path: the file that the page saved.
        key_of: returns the key of a test by its identity; ``None`` where it is another's.

    Raises:
        DataError: the file is missing, is no answers file, was changed, belongs to another test, or has
            items twice, too few or others.
    """
    plain = _read(path, ANSWERS_FORMAT, "the answers that the page of a Visual Turing Test saved")
    try:
        test, rater = str(plain["test"]), " ".join(str(plain["reader"]).split())
        rows = [(answer["item"], answer["origin"], answer["class"]) for answer in plain["answers"]]
        if not all(isinstance(part, str | None) for row in rows for part in row):
            raise TypeError("an answer is no text")
        whole = plain["digest"] == answers_digest(test, str(plain["reader"]), str(plain["saved"]), rows)
    except _DAMAGED as error:
        raise DataError(
            f"{path}: no whole answers file ({short(error)}); save the answers again from the page"
        ) from error
    key = key_of(test)
    if key is None:
        raise DataError(
            f"{path}: answers to another test ({test}); expected those of a page that belongs to the "
            "key given"
        )
    _check_rows(path, key, rows)
    if not whole:
        raise _changed(path, "save the answers again from the page")
    answers = {item: Answer(origin, class_name) for item, origin, class_name in rows}
    return Reading(rater or "unnamed rater", test, answers, path)


def _check_rows(path: Path, key: Key, rows: Sequence[Sequence[str | None]]) -> None:
    """Refuse items that are there twice, not at all, or unknown, and answers that the page does not offer."""
    names = [str(row[0]) for row in rows]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    known = {item.name for item in key.items}
    missing, unknown = [name for name in known if name not in names], sorted(set(names) - known)
    for wrong, what in (
        (twice, "more than once"),
        (sorted(missing), "missing"),
        (unknown, "unknown to the test"),
    ):
        if wrong:
            more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
            raise DataError(
                f"{path}: image {wrong[0]}{more} {what}; expected each of the test's {len(known)} images "
                "once: save the answers again from the page"
            )
    for name, origin, class_name in rows:
        for answer, allowed in ((origin, ORIGINS), (class_name, key.classes)):
            if answer is not None and answer not in allowed:
                raise DataError(
                    f"{path}: image {name} is called {answer!r}; expected "
                    f"{' or '.join(allowed) or 'nothing'}: save the answers again from the page"
                )


def _read(path: Path, form: str, expected: str) -> dict[str, Any]:
    plain = read_json(path, expected)
    received = plain.get("format") if isinstance(plain, dict) else None
    if not isinstance(plain, dict) or received != form:
        raise DataError(f"{path}: of format {received!r}; expected {expected}, of format {form!r}")
    return plain


def _changed(path: Path, way_out: str) -> DataError:
    return DataError(f"{path}: was changed after it was written (its digest does not fit); {way_out}")
