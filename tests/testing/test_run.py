import pytest

from kgan.errors import PluginError
from kgan.testing import laws
from kgan.testing.run import check
from kgan_plugins.readers.configs import BratsConfig


def test_every_law_of_a_plugin_is_checked(third_party):
    third_party("good")
    results = list(check("losses", "plain"))
    assert [result.law for result in results] == list(laws("loss"))
    assert all(result.passed is not False for result in results), results


def test_a_plugin_that_cannot_be_built_says_so_and_what_to_do(monkeypatch):
    def broken(cls):
        raise ValueError("no folder\nof scans")

    monkeypatch.setattr(BratsConfig, "tiny", classmethod(broken))
    (result,) = check("readers", "brats")
    assert (result.law, result.passed) == ("can_be_built", False)
    assert result.message == "no folder of scans; give the configuration a class method tiny()"


def test_an_unknown_plugin_is_named():
    with pytest.raises(PluginError, match="'wgan_pg'.*did you mean 'wgan_gp'"):
        list(check("losses", "wgan_pg"))
