"""The contract of each kind of plugin, as laws that anyone can run on a tiny plugin.

Under pytest::

    from kgan.testing import parametrize

    @parametrize({"small": SmallConfig.tiny}, "noise_to_image")
    def test_contract(make, check):
        check(make)

From the shell: ``kgan plugins check small``. Each law is also a plain function ``check_<law>(make)`` of the
modules here, which raises ``AssertionError``. A plugin that breaks a law for a good reason says so in its
configuration, ``exceptions = {"<law>": "<reason>"}``; when it comes to keep the law, the declaration is an
error.

Importing this package imports neither TensorFlow nor pytest; running a law may import the first, and
`parametrize` the second.
"""

from kgan.testing.checks import KINDS, Result, hold, laws
from kgan.testing.pytest_plugin import parametrize
from kgan.testing.run import check

__all__ = ["KINDS", "Result", "check", "hold", "laws", "parametrize"]
