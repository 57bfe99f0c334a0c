"""All laws on an installed plugin, by name."""

from collections.abc import Iterator
from typing import Any

from kgan import registry
from kgan.contracts.config import ImageToImageConfig, NoiseToImageConfig, PluginConfig, TrainableConfig
from kgan.testing.checks import Make, Result, hold, laws

_KINDS = {"losses": "loss", "classifiers": "classifier", "readers": "reader"}
_SHAPE = (16, 16, 1)


def check(kind: str, name: str) -> Iterator[Result]:
    """Check every law of its kind on an installed plugin.

    The tiny plugin is what the configuration's class method ``tiny()`` builds, or else what its defaults
    build for images of 16x16 pixels and a plain loss.

    Args:
        kind: "gans", "losses", "classifiers" or "readers".
        name: of the plugin.

    Yields:
        Result: one for each law, as soon as it is known.

    Raises:
        PluginError: the plugin is unknown or its configuration is broken.
    """
    if kind in ("gans", "classifiers"):
        from kgan.testing.devices import two_cpus

        two_cpus()
    config = registry.config_class(kind, name)
    make = _maker(config)
    try:
        make()
    except Exception as error:
        reason = " ".join(str(error).split())
        yield Result("can_be_built", False, f"{reason}; give the configuration a class method tiny()")
        return
    for law, function in laws(_law_kind(kind, config)).items():
        yield hold(law, function, make)


def _law_kind(kind: str, config: type[PluginConfig]) -> str:
    if issubclass(config, NoiseToImageConfig):
        return "noise_to_image"
    return "image_to_image" if issubclass(config, ImageToImageConfig) else _KINDS[kind]


def _maker(config: Any) -> Make:
    if hasattr(config, "tiny"):
        return config.tiny
    if issubclass(config, NoiseToImageConfig):
        from kgan.testing.losses import PlainConfig

        return lambda: config().build(_SHAPE, PlainConfig().build())
    if issubclass(config, TrainableConfig):
        return lambda: config().build(_SHAPE)
    return lambda: config().build()
