import pytest

from kgan.errors import DataError, KganError, PluginError, RecipeError, RunError, did_you_mean


@pytest.mark.parametrize("kind", [RecipeError, DataError, PluginError, RunError])
def test_one_except_clause_catches_what_a_user_can_cause(kind):
    with pytest.raises(KganError, match="no such file"):
        raise kind("no such file")


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("pgan", "; did you mean 'pggan'?"),
        ("simgam", "; did you mean 'simgan'?"),
        ("diffusion", ""),
        ("", ""),
    ],
)
def test_the_nearest_known_word_is_suggested(wrong, hint):
    assert did_you_mean(wrong, iter(["dcgan", "pggan", "simgan"])) == hint


def test_nothing_is_suggested_where_nothing_is_known():
    assert did_you_mean("pggan", []) == ""
