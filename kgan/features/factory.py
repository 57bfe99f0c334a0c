"""Features by name, as recipes and the command line ask for them."""

from pathlib import Path

from kgan.errors import DataError, did_you_mean
from kgan.features.fixed import Features, PixelFeatures, RandomFeatures

#: What a classifier's name begins with; the folder that holds it follows.
CLASSIFIER = "classifier:"
NAMES = ("pixels", "random", "densenet169", "resnet50", f"{CLASSIFIER}FOLDER")
IMAGENET = "imagenet"


def make_features(
    name: str, channels: int, *, weights: str = IMAGENET, image_size: tuple[int, int] | None = None
) -> Features:
    """Return features by name; TensorFlow is imported for networks alone.

    Args:
        name: one of `NAMES`. FOLDER is a run's, where it has one classifier, or that of a classify step.
        channels: of the images.
        weights: of DenseNet-169 and ResNet-50: "imagenet", or a file of Keras's weights.
        image_size: (height, width) in pixels that pixels and these two networks see; ``None`` for 32 and 224
            a side. Random convolutions see 64x64 and a classifier what it was trained on.

    Raises:
        DataError: an unknown name, or weights that cannot be had or do not fit.
        RunError: the folder holds no trained classifier.
    """
    if name == "pixels":
        return PixelFeatures(image_size or (32, 32), channels)
    if name == "random":
        return RandomFeatures(channels)
    if name in ("densenet169", "resnet50"):
        return _network(name, weights, image_size)
    if name.startswith(CLASSIFIER) and name != CLASSIFIER:
        return _classifier(Path(name.removeprefix(CLASSIFIER)))
    raise DataError(f"features {name!r}{did_you_mean(name, NAMES)}; expected one of {', '.join(NAMES)}")


def _network(name: str, weights: str, image_size: tuple[int, int] | None) -> Features:
    from kgan.training.tensorflow_import import import_tensorflow

    import_tensorflow()
    from kgan.features import pretrained

    return getattr(pretrained, name)(weights, image_size or (224, 224))


def _classifier(folder: Path) -> Features:
    from kgan.training.tensorflow_import import import_tensorflow

    chosen = _only_classifier(folder)
    import_tensorflow()
    from kgan.features.pretrained import classifier_features

    step = chosen.parent.name if chosen.parent.name.startswith("classify-") else ""
    return classifier_features(chosen, step.removeprefix("classify-"))


def _only_classifier(folder: Path) -> Path:
    if (folder / "config.json").is_file():
        return folder
    folders = sorted(path.parent for path in folder.glob("steps/classify-*/*/config.json"))
    folders = folders or sorted(path.parent for path in folder.glob("*/config.json"))
    if len(folders) == 1:
        return folders[0]
    if not folders:
        raise DataError(
            f"{folder}: no trained classifier here; expected a run's folder, or one of its "
            "steps/classify-<setup>-<variant>/"
        )
    names = ", ".join(str(path) for path in folders[:4])
    raise DataError(f"{folder}: {len(folders)} trained classifiers here; expected one: name {names}")
