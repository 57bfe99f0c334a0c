import json

import pytest

from kgan.analyses.visual_turing.files import (
    ANSWERS_FORMAT,
    Answer,
    Key,
    Provenance,
    answers_digest,
    identity,
    key_text,
    read_answers,
    read_key,
)
from kgan.analyses.visual_turing.sampling import REAL, SYNTHETIC, Item, Picture
from kgan.errors import DataError

ITEMS = (
    Item("aaaaaaaa", Picture(REAL, "tumor", "test", 4, "p1", 60)),
    Item("bbbbbbbb", Picture(SYNTHETIC, "non_tumor", "pool", 9)),
    Item("cccccccc", Picture(REAL, "tumor", "test", 4, "p1", 60), "aaaaaaaa"),
)
PROVENANCE = Provenance("generate-pggan", ("test",), 7, (16, 16), 0.1, 12345)
KEY = Key("0123456789abcdef", "pggan", "PGGAN", ("non_tumor", "tumor"), ITEMS, PROVENANCE)
ROWS = [("aaaaaaaa", "real", "tumor"), ("bbbbbbbb", "real", None), ("cccccccc", None, None)]


def answers(rows=ROWS, **changes):
    """An answers file as the page writes it; what changes is written after the digest was computed."""
    whole = {
        "format": ANSWERS_FORMAT,
        "test": KEY.test,
        "name": "pggan",
        "reader": "Dr Ä",
        "saved": "2026-01-01T00:00:00Z",
        "answers": [{"item": item, "origin": origin, "class": kind} for item, origin, kind in rows],
        "digest": answers_digest(KEY.test, "Dr Ä", "2026-01-01T00:00:00Z", rows),
    }
    return json.dumps({**whole, **changes})


@pytest.fixture
def read(tmp_path):
    """Return ``read(text)``: the reading, with `KEY` known."""

    def one(text):
        path = tmp_path / "a.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_answers(path, lambda test: KEY if test == KEY.test else None)

    return one


def test_a_key_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "pggan.json"
    path.write_text(key_text(KEY))
    assert read_key(path) == KEY
    assert list(KEY.shown) == ["aaaaaaaa", "bbbbbbbb"]
    assert KEY.repeated == {"cccccccc": "aaaaaaaa"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace('"synthetic"', '"real"'), "was changed after it was written"),
        (lambda text: text[:-40], "cannot be read as JSON"),
        (lambda text: "[]", "of format None; expected the key"),
        (lambda text: answers(), "of format 'kgan-turing-answers-1'; expected the key"),
    ],
    ids=["truth", "cut", "list", "answers"],
)
def test_a_damaged_key_is_refused(tmp_path, change, says):
    path = tmp_path / "pggan.json"
    path.write_text(change(key_text(KEY)))
    with pytest.raises(DataError, match=says):
        read_key(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="there is no such file"):
        read_key(tmp_path / "none.json")


def test_identity_follows_from_everything_that_is_shown():
    first = identity("a", ("t",), ITEMS, ["x", "y", "x"])
    assert first == identity("a", ("t",), ITEMS, ["x", "y", "x"])
    others = {
        identity("b", ("t",), ITEMS, ["x", "y", "x"]),
        identity("a", (), ITEMS, ["x", "y", "x"]),
        identity("a", ("t",), ITEMS[::-1], ["x", "y", "x"]),
        identity("a", ("t",), ITEMS, ["x", "z", "x"]),
    }
    assert len(others | {first}) == 5


def test_answers_are_read(read):
    result = read(answers())
    assert (result.rater, result.test) == ("Dr Ä", KEY.test)
    assert result.answers == {
        "aaaaaaaa": Answer("real", "tumor"),
        "bbbbbbbb": Answer("real", None),
        "cccccccc": Answer(),
    }


def test_a_byte_order_mark_does_no_harm(read):
    assert read(b"\xef\xbb\xbf" + answers().encode()).rater == "Dr Ä"


TAMPERED = [("aaaaaaaa", "synthetic", "tumor"), *ROWS[1:]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (answers(test="f" * 16), "answers to another test"),
        (answers([*ROWS, ROWS[0]]), "image aaaaaaaa more than once; expected each of the test's 3"),
        (answers(ROWS[1:]), "image aaaaaaaa missing"),
        (answers(ROWS[2:]), "image aaaaaaaa and 1 more missing"),
        (answers([*ROWS, ("dddddddd", None, None)]), "image dddddddd unknown to the test"),
        (
            answers([*ROWS[:2], ("cccccccc", "fake", None)]),
            "image cccccccc is called 'fake'; expected real or",
        ),
        (answers([*ROWS[:2], ("cccccccc", None, "cyst")]), "called 'cyst'; expected non_tumor or tumor"),
        (answers(reader="Dr B"), "was changed after it was written"),
        (answers(answers=json.loads(answers(TAMPERED))["answers"]), "was changed after it was written"),
        (answers(digest=None), "was changed after it was written"),
        (answers(answers=None), "no whole answers file"),
        (answers(answers=[{"item": "aaaaaaaa"}]), "no whole answers file"),
        (answers(answers=[{"item": 3, "origin": None, "class": None}]), "no whole answers file"),
        (answers(answers=[{"item": None, "origin": ["real"], "class": None}]), "no whole answers file"),
        (answers(format="kgan-curation-1"), "of format 'kgan-curation-1'; expected the answers"),
        ("", "cannot be read as JSON"),
        ("null", "of format None"),
        ('{"a": ' * 100_000, "cannot be read as JSON"),
        (b"\xff\xfe\x00", "cannot be read as JSON"),
    ],
)
def test_what_is_no_whole_reading_of_the_test_is_refused(read, text, says):
    with pytest.raises(DataError, match=says) as caught:
        read(text)
    assert "\n" not in str(caught.value)
