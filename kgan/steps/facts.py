"""What manifests of the core steps say beside their settings, as readers of a finished run need it."""

from pydantic import BaseModel, ConfigDict


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class NearCopies(_Facts):
    """Images that look like others: how many, and how many of them are in another split than these."""

    images: int = 0
    across_splits: int = 0


class PreparationFacts(_Facts):
    """Of a preparation.

    Args:
        patients: split -> patients.
        counts: split -> class -> images.
        image_shape: (height, width, channels); empty where unknown.
        pictures: whether each image is a file of its own.
        notes: sentences on the data.
        near_copies: images that look alike.
    """

    patients: dict[str, tuple[str, ...]] = {}
    counts: dict[str, dict[str, int]] = {}
    image_shape: tuple[int, ...] = ()
    pictures: bool = False
    notes: tuple[str, ...] = ()
    near_copies: NearCopies = NearCopies()

    @property
    def images(self) -> int:
        """Images of all splits."""
        return sum(sum(classes.values()) for classes in self.counts.values())


class TrainingFacts(_Facts):
    """Of the training of a GAN, a refiner or a classifier.

    Args:
        images: that it was trained on.
        steps: of training.
        epochs: of a classifier.
        images_seen: images shown to the model, each as often as it was shown.
        notes: sentences of the plugin on the model.
        devices: that it ran on, in words.
        precision: that its networks computed in, in words.
    """

    images: int = 0
    steps: int = 0
    epochs: int = 0
    images_seen: int = 0
    notes: tuple[str, ...] = ()
    devices: str = ""
    precision: str = ""


class PoolFacts(_Facts):
    """Of a pool: how many images it holds."""

    images: int = 0
