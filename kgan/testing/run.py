"""All laws on an installed plugin, by name."""

from collections.abc import Iterator

from kgan import registry
from kgan.testing.checks import Make, Result, hold, laws


def check(kind: str, name: str) -> Iterator[Result]:
    """Hold every law of its kind against an installed plugin.

    The tiny instance is what the class method ``tiny()`` returns, or else what the constructor makes of
    ``image_shape=(16, 16, 1)``, a plain loss and its own defaults.

    Args:
        kind: "gans", "losses", "classifiers" or "readers".
        name: of the plugin.

    Yields:
        Result: one for each law, as soon as it is known.

    Raises:
        PluginError: the plugin is unknown or broken.
    """
    if kind in ("gans", "classifiers"):
        from kgan.testing.devices import two_cpus

        two_cpus()
    plugin = registry.load(kind, name)
    make, law_kind = _maker(kind, plugin), _law_kind(kind, plugin)
    try:
        make()
    except Exception as error:
        reason = " ".join(str(error).split())
        yield Result("can_be_made", False, f"{reason}; give the class a class method tiny()")
        return
    for law, function in laws(law_kind).items():
        yield hold(law, function, make)


def _law_kind(kind: str, plugin: type) -> str:
    if kind != "gans":
        return {"losses": "loss", "classifiers": "classifier", "readers": "reader"}[kind]
    from kgan.contracts.gan import NoiseToImageGAN

    return "noise_to_image" if issubclass(plugin, NoiseToImageGAN) else "image_to_image"


def _maker(kind: str, plugin: type) -> Make:
    if hasattr(plugin, "tiny"):
        return plugin.tiny
    if kind in ("losses", "readers"):
        return plugin
    if _law_kind(kind, plugin) == "noise_to_image":
        from kgan.testing.losses import Plain

        return lambda: plugin(image_shape=(16, 16, 1), loss=Plain())
    return lambda: plugin(image_shape=(16, 16, 1))
