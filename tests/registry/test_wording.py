import pytest

from kgan.registry.wording import expected, shown


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        ({"type": "int_type", "msg": "..."}, "a whole number"),
        ({"type": "greater_than_equal", "msg": "...", "ctx": {"ge": 3}}, "a number of at least 3"),
        ({"type": "value_error", "msg": "Value error, three of them"}, "three of them"),
    ],
)
def test_expected(finding, words):
    assert expected(finding) == words


def test_shown_as_written_and_shortened():
    assert shown({"a": [None, True, "ü"]}) == '{"a": [null, true, "ü"]}'
    assert len(shown("x" * 500)) == 60
