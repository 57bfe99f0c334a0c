"""What an entry point names: a light configuration that builds a heavy plugin. Imports no TensorFlow.

A configuration is a frozen pydantic model. Its fields are what a recipe writes under ``parameters``, their
types the ranges, its validators what must fit together. ``build`` imports the plugin's class and makes it.
"""

import abc
import enum
import importlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from kgan.contracts.training_options import TrainingOptions
from kgan.errors import RecipeError

if TYPE_CHECKING:
    from kgan.contracts.classifier import Classifier
    from kgan.contracts.gan import ImageToImageGAN, NoiseToImageGAN
    from kgan.contracts.loss import AdversarialLoss
    from kgan.contracts.reader import Reader

#: (height, width, channels).
ImageShape = tuple[int, ...]

#: What an `Unfit` may be about beside the configuration's own fields.
IMAGE_SIZE, BATCH_SIZE = "image size", "batch size"


class Unfit(RecipeError, ValueError):
    """A value with which a plugin cannot be built.

    Raised by validators and by ``check``; kgan adds file, line and key of the recipe.

    Args:
        message: what was received, what was expected, and what to do; one line.
        place: the field that it is about, then keys and numbers inside of it; or `IMAGE_SIZE`, or
            `BATCH_SIZE`.
    """

    def __init__(self, message: str, *place: str | int) -> None:
        super().__init__(message)
        self.place = place


class CriticProperty(enum.Enum):
    """What a loss may require of a critic. The value is its name in messages."""

    INDEPENDENT_SCORES = "independent scores"
    UNBOUNDED_SCORES = "unbounded scores"

    @property
    def reason(self) -> str:
        """Why a loss requires it."""
        return _REASONS[self]


_REASONS = {
    CriticProperty.INDEPENDENT_SCORES: "it penalises each image's own gradient, of which little is left "
    "where batch normalisation makes an image's score a matter of its whole batch",
    CriticProperty.UNBOUNDED_SCORES: "it compares scores by their distance, which a sigmoid cuts off",
}


class PluginConfig(BaseModel, abc.ABC):
    """Base of the four kinds of configuration.

    The first line of a subclass's docstring is what ``kgan plugins list`` shows; a string below a field
    describes it in ``kgan plugins show`` and in editors. Fields of type `InputFile` and `InputFolder`
    (`kgan.contracts.constraints`) name files: relative paths are those from the recipe, missing files are
    refused, and a change of their content makes a step run again.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )

    #: The papers, each with authors, title, year and where it is; semicolons between them.
    reference: ClassVar[str] = ""

    #: Laws of `kgan.testing` that the plugin breaks, and why.
    exceptions: ClassVar[Mapping[str, str]] = {}

    def deviations(self) -> Mapping[str, str]:
        """Return where the plugin departs from its papers, or decides what they leave open.

        Returns:
            a short, stable key -> one sentence.
        """
        return {}

    def to_json(self) -> dict[str, Any]:
        """Return the configuration as plain JSON values, from which `from_json` makes it again."""
        cls = type(self)
        return {"config": f"{cls.__module__}:{cls.__qualname__}", "parameters": self.model_dump(mode="json")}


def from_json(values: Mapping[str, Any]) -> Any:
    """Return the configuration of which `PluginConfig.to_json` made these values."""
    module, _, name = values["config"].partition(":")
    config: Any = importlib.import_module(module)
    for part in name.split("."):
        config = getattr(config, part)
    return config.model_validate_json(json.dumps(values["parameters"]))


class TrainableConfig(PluginConfig):
    """Base of the configurations of GANs and classifiers."""

    #: Whether networks trained in bfloat16 were compared with such trained in float32 and were not worse:
    #: ``precision: auto`` takes bfloat16 for these alone.
    shown_in_bfloat16: ClassVar[bool] = False

    def check(self, image_shape: ImageShape, batch_size: int | None = None) -> None:
        """Refuse images or batches that the plugin cannot be trained on.

        Args:
            image_shape: (height, width, channels).
            batch_size: images of one update, or ``None`` where that is not known.

        Raises:
            Unfit: with what was expected.
        """

    def group_size(self, batch: int) -> int:
        """Return how many consecutive images of a batch one device must hold together.

        Args:
            batch: images of one update.
        """
        return 1

    def images_together(self, batch: int) -> int:
        """Return `group_size`, or the whole batch where replicas do not compute what one device does."""
        return batch if "replicas_agree" in self.exceptions else self.group_size(batch)


class GANConfig(TrainableConfig):
    """Base of both kinds of GAN."""

    def warm_up_steps(self) -> int:
        """Return how many steps of training come before those that a recipe counts."""
        return 0


class NoiseToImageConfig(GANConfig):
    """Configuration of a GAN that makes images from noise, under any adversarial loss."""

    #: What this GAN is trained with where a recipe does not say.
    training_options: ClassVar[TrainingOptions] = TrainingOptions()

    def missing_properties(self) -> Mapping[CriticProperty, str]:
        """Return what a loss cannot require of this critic: property -> the field that takes it away."""
        return {}

    @abc.abstractmethod
    def build(self, image_shape: ImageShape, loss: "AdversarialLoss") -> "NoiseToImageGAN":
        """Make an untrained GAN.

        Args:
            image_shape: (height, width, channels), for which `check` passes.
            loss: of the critic and the generator.
        """


class ImageToImageConfig(GANConfig):
    """Configuration of a GAN that refines images."""

    @abc.abstractmethod
    def build(self, image_shape: ImageShape) -> "ImageToImageGAN":
        """Make an untrained GAN.

        Args:
            image_shape: (height, width, channels), for which `check` passes.
        """


class LossConfig(PluginConfig):
    """Configuration of an adversarial loss."""

    #: What a critic must offer.
    requires: ClassVar[tuple[CriticProperty, ...]] = ()

    @abc.abstractmethod
    def build(self) -> "AdversarialLoss":
        """Make the loss."""


class ClassifierConfig(TrainableConfig):
    """Configuration of a classifier. A field ``weights`` is given by the variants of a recipe."""

    @abc.abstractmethod
    def build(self, image_shape: ImageShape) -> "Classifier":
        """Make an untrained classifier.

        Args:
            image_shape: (height, width, channels), for which `check` passes.
        """


class ReaderConfig(PluginConfig):
    """Configuration of a data reader. A field ``path: InputFolder`` is given by a recipe's ``data.path``.

    A reader whose recipes name the classes has a field ``classes`` and gives it back as `class_names`.
    """

    #: Stated in every report where images are not of real patients.
    synthetic: ClassVar[bool] = False

    #: Whether patients come with a segmentation, so that its lack is a remark in the tables.
    masks: ClassVar[bool] = True

    #: Names of all sequences that it can give, so that a recipe's are checked; empty where files tell.
    sequences: ClassVar[tuple[str, ...]] = ()

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes that labels or the mask distinguish; label ``i`` is the i-th."""
        return ("non_tumor", "tumor")

    @abc.abstractmethod
    def build(self) -> "Reader":
        """Make the reader."""
