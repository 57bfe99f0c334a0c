"""A law as a test: kept, broken, and broken by a declared exception."""

import pytest

from kgan.testing import laws, parametrize
from kgan.testing.losses import Plain, PlainConfig

LAW = "generator_gains_from_higher_scores"


class Excused(PlainConfig):
    exceptions = {LAW: "the paper says so"}


class Backward(Plain):
    def generator(self, fake):
        return -super().generator(fake)


def kept():
    return Plain(PlainConfig())


def cases(make):
    """Return the arguments that a test is called with, by the cases' identifiers."""
    _, parameters = parametrize({"mine": make}, "loss").args
    return {case.id: case.values for case in parameters}


def run(make):
    given, check = cases(make)[f"mine-{LAW}"]
    assert given is make
    check(make)


def test_a_test_runs_once_for_each_law():
    assert list(cases(kept)) == [f"mine-{law}" for law in laws("loss")]


def test_a_kept_law_passes():
    run(kept)


def test_a_broken_law_fails_with_its_message():
    with pytest.raises(AssertionError, match="expected them to fall"):
        run(lambda: Backward(PlainConfig()))


def test_a_declared_exception_is_an_expected_failure():
    with pytest.raises(pytest.xfail.Exception, match="the paper says so"):
        run(lambda: Backward(Excused()))


def test_a_needless_exception_fails():
    with pytest.raises(pytest.fail.Exception, match="kept, but declared an exception"):
        run(lambda: Plain(Excused()))
