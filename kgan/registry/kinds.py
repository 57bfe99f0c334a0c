"""The kinds of plugin: what each extends, and which of its fields kgan rather than a recipe gives."""

from kgan.contracts.config import (
    ClassifierConfig,
    ImageToImageConfig,
    LossConfig,
    NoiseToImageConfig,
    PluginConfig,
    ReaderConfig,
)

#: Kind of plugin -> the word for one of them.
KINDS = {"gans": "GAN", "losses": "loss", "classifiers": "classifier", "readers": "reader"}

#: Kind -> the configurations of which a plugin's extends one.
BASES: dict[str, tuple[type[PluginConfig], ...]] = {
    "gans": (NoiseToImageConfig, ImageToImageConfig),
    "losses": (LossConfig,),
    "classifiers": (ClassifierConfig,),
    "readers": (ReaderConfig,),
}

#: Kind -> fields that no recipe writes among the parameters, and where they come from.
SUPPLIED: dict[str, dict[str, str]] = {
    "gans": {},
    "losses": {},
    "classifiers": {"weights": "'weights' of a variant"},
    "readers": {"path": "'data.path' or --data"},
}
