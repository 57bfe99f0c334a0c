import re

import pytest

from kgan.analyses.curation.decisions_file import read_decisions
from kgan.analyses.visual_turing.files import read_answers, read_key
from kgan.errors import DataError
from kgan.files.json_file import read_json

READERS = {
    "key of a Visual Turing Test": read_key,
    "answers to one": lambda path: read_answers(path, lambda test: None),
    "decisions of a curation": read_decisions,
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"format": "x", "format": "y"}', "key 'format' is there twice"),
        (b'{"format": NaN}', "NaN is no number of JSON"),
        (b'{"format": -Infinity}', "-Infinity is no number of JSON"),
        ('{"format": "x"}'.encode("utf-16"), "can't decode byte 0xff"),
        (b'{"format": "\xe9"}', "can't decode byte 0xe9"),
        (b'{"format": "x"', "JSONDecodeError"),
        (b'{"format": "a\0b"}', "Invalid control character"),
        (b"[" * 100_000, "RecursionError"),
        (b"", "Expecting value"),
        (None, "there is no such file; expected "),
    ],
)
def test_what_can_be_read_in_two_ways_or_in_none_is_refused(tmp_path, read, content, says):
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read(path)
    assert re.search(says, str(caught.value)), str(caught.value)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_byte_order_mark_is_no_part_of_it(tmp_path):
    (tmp_path / "a.json").write_bytes(b'\xef\xbb\xbf{"a": [1, {"b": null}]}')
    assert read_json(tmp_path / "a.json", "anything") == {"a": [1, {"b": None}]}
