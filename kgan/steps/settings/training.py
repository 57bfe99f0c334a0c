"""Settings of the steps that train GANs and refiners."""

from collections.abc import Iterator
from typing import Any, ClassVar

from kgan.contracts.training_options import NAMES
from kgan.pipeline.settings import Accelerator, StepSettings
from kgan.schema.base import Plugin
from kgan.schema.data import ViewSettings
from kgan.schema.training import GanTrain, RefinerTrain
from kgan.schema.types import Size
from kgan.steps.settings.shared import devices_of_training, gigabytes_of_training, size_text


class TrainGanSettings(StepSettings):
    """Settings of the training of a noise-to-image GAN.

    Args:
        gan: the plugin.
        loss: the adversarial loss; ``None`` where the GAN brings its own.
        view: how it sees the real images.
        canvas: (height, width) px of its images.
        crop: px within which the images are placed at random.
        classes: names of the classes.
        train: how it is trained.
        class_name: whose images it learns from; ``None`` for all.
        label: number of that class.
    """

    kind: ClassVar[str] = "train_gan"
    display_name: ClassVar[str] = "GAN training"
    module: ClassVar[str] = "kgan.steps.training.train_gan"
    accelerator: ClassVar[Accelerator] = "several"
    has_limits: ClassVar[bool] = True

    gan: Plugin
    loss: Plugin | None
    view: ViewSettings
    canvas: Size
    crop: int
    classes: tuple[str, ...]
    train: GanTrain
    class_name: str | None
    label: int | None

    def plugins(self) -> Iterator[tuple[str, Plugin]]:
        """Yield the GAN and its loss."""
        yield "gans", self.gan
        if self.loss is not None:
            yield "losses", self.loss

    @property
    def gigabytes(self) -> float:
        """Memory that the training needs."""
        return gigabytes_of_training(self.canvas)

    def devices(self, available: int) -> int:
        """Return how many GPUs share its batches."""
        return devices_of_training("gans", self.gan, self.train.batch_size, available)

    def built_from(self, channels: int) -> dict[str, Any]:
        """Return what the model is built from; see `kgan.training.model_files.build`.

        Args:
            channels: of its images.
        """
        train = self.train.model_dump(mode="json")
        return {
            "kind": "gans",
            **self.gan.model_dump(mode="json"),
            "loss": self.loss and self.loss.model_dump(mode="json"),
            "training_options": {name: train[name] for name in NAMES if train[name] is not None},
            "image_shape": [*self.canvas, channels],
            "precision": train["precision"],
        }

    def describe(self) -> str:
        """Say what is trained, on what, and for how long."""
        loss = f" with {self.loss.plugin}" if self.loss else ""
        of = f" of {self.class_name}" if self.class_name else ""
        size = size_text(self.canvas)
        return f"train {self.gan.plugin}{loss}{of}{self.view.describe()} at {size}, {self.train.describe()}"


class TrainRefinerSettings(StepSettings):
    """Settings of the training of an image-to-image GAN.

    Args:
        gan: the plugin.
        source: the step whose pool is refined.
        images: of each side, per class.
        image_size: (height, width) px.
        flip: whether images are mirrored at random.
        classes: names of the classes.
        train: how it is trained.
        snapshots: steps after which the model is kept as well.
        class_name: whose images it refines.
        label: number of that class.
    """

    kind: ClassVar[str] = "train_refiner"
    display_name: ClassVar[str] = "Refiner training"
    module: ClassVar[str] = "kgan.steps.training.train_refiner"
    accelerator: ClassVar[Accelerator] = "several"
    has_limits: ClassVar[bool] = True

    gan: Plugin
    source: str
    images: int
    image_size: Size
    flip: bool
    classes: tuple[str, ...]
    train: RefinerTrain
    snapshots: tuple[int, ...] = ()
    class_name: str | None
    label: int | None

    def plugins(self) -> Iterator[tuple[str, Plugin]]:
        """Yield the refiner."""
        yield "gans", self.gan

    @property
    def gigabytes(self) -> float:
        """Memory that the training needs."""
        return gigabytes_of_training(self.image_size)

    def devices(self, available: int) -> int:
        """Return how many GPUs share its batches."""
        return devices_of_training("gans", self.gan, self.train.batch_size, available)

    def built_from(self, channels: int) -> dict[str, Any]:
        """Return what the model is built from; see `kgan.training.model_files.build`.

        Args:
            channels: of its images.
        """
        return {
            "kind": "gans",
            **self.gan.model_dump(mode="json"),
            "image_shape": [*self.image_size, channels],
            "precision": self.train.precision,
        }

    def describe(self) -> str:
        """Say what is trained, on what, and for how long."""
        images = f"{self.class_name} at {size_text(self.image_size)}, {self.images:,} images a side"
        return f"train {self.gan.plugin} of {images}, {self.train.describe()}"
