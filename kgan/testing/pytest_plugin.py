"""The laws as pytest's parameters."""

from collections.abc import Callable, Mapping
from typing import Any

from kgan.testing.checks import KINDS, Law, Make, Maker, Unchecked, laws


def parametrize(makers: Mapping[str, Make], kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run a test once for each plugin and law, as arguments ``make`` and ``check``; call ``check(make)``.

    Args:
        makers: name for the test's identifier -> function that makes a tiny instance.
        kind: "noise_to_image", "image_to_image", "loss", "classifier" or "reader".
    """
    import pytest

    if KINDS.get(kind, ("",))[0] not in ("kgan.testing.losses", "kgan.testing.readers"):
        from kgan.testing.devices import two_cpus

        two_cpus()
    cases = [
        pytest.param(make, _strict(law, function), id=f"{name}-{law}")
        for name, make in makers.items()
        for law, function in laws(kind).items()
    ]
    return pytest.mark.parametrize(("make", "check"), cases)


def _strict(name: str, law: Law) -> Callable[[Make], Any]:
    def check(make: Make) -> None:
        import pytest

        maker = Maker(make)
        try:
            law(maker)
        except Unchecked as why:
            pytest.skip(str(why))
        except AssertionError:
            if not (reason := maker.reason(name)):
                raise
            pytest.xfail(reason)
        if reason := maker.reason(name):
            pytest.fail(f"{name}: kept, but declared an exception ({reason})")

    return check
