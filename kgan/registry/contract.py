"""What each kind of plugin extends, and what kgan rather than a recipe gives to its constructor."""

#: Kind -> module of the contract and the classes of which a plugin extends one.
CONTRACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gans": ("kgan.contracts.gan", ("NoiseToImageGAN", "ImageToImageGAN")),
    "losses": ("kgan.contracts.loss", ("AdversarialLoss",)),
    "classifiers": ("kgan.contracts.classifier", ("Classifier",)),
    "readers": ("kgan.contracts.reader", ("Reader",)),
}

#: Kind -> constructor arguments that no recipe writes among the parameters, and where they come from.
SUPPLIED: dict[str, dict[str, str]] = {
    "gans": {
        "image_shape": "the image size and the sequences",
        "loss": "'loss' beside 'parameters'",
    },
    "losses": {},
    "classifiers": {
        "image_shape": "the image size and the sequences",
        "classes": "the reader",
        "weights": "'weights' of a variant",
    },
    "readers": {"path": "'data.path' or --data"},
}
