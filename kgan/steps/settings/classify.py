"""Settings of the step that trains and tests a classifier."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, TypeAlias

from kgan.pipeline.settings import Accelerator, Role, StepSettings
from kgan.schema.base import Part, Plugin
from kgan.schema.data import Classic
from kgan.schema.training import ClassifierTrain
from kgan.schema.types import Size
from kgan.steps.settings.shared import devices_of_training, gigabytes_of_training

#: What a source's images are: real ones, classic augmentation of them, a pool, images of patients held back,
#: noise with random labels, or real ones with permuted labels.
SourceKind: TypeAlias = Literal["real", "classic", "pool", "further_real", "noise", "permuted_labels"]


class SourceSettings(Part):
    """One source of a setup's training images.

    Args:
        name: in the recipe.
        kind: what its images are.
        count: images; ``None`` for all.
        step: whose folder holds them.
        patients: of real images the number or share of patients whose they are; ``None`` for all.
    """

    name: str
    kind: SourceKind
    count: int | None
    step: str
    patients: int | float | None = None

    def describe(self) -> str:
        """Say how many images of what."""
        if isinstance(self.patients, float):
            return f"{self.patients:.0%} of the patients' {self.name}"
        if self.patients is not None:
            return f"{self.patients} patients' {self.name}"
        return f"{'all' if self.count is None else f'{self.count:,}'} {self.name}"


class ClassifySettings(StepSettings):
    """Settings of a classifier under one data-augmentation setup.

    Args:
        sources: that its training images are the sum of.
        classic: ranges of classic augmentation, where that is a source.
        classifier: the plugin.
        image_size: (height, width) px.
        center_crop: whether images are cut to that size instead of resized.
        classes: names of the classes.
        train: how it is trained.
    """

    kind: ClassVar[str] = "classify"
    display_name: ClassVar[str] = "Classifier training"
    module: ClassVar[str] = "kgan.steps.classification.classify"
    accelerator: ClassVar[Accelerator] = "several"
    role: ClassVar[Role] = "shared"
    has_limits: ClassVar[bool] = True

    sources: tuple[SourceSettings, ...]
    classic: Classic | None
    classifier: Plugin
    image_size: Size
    center_crop: bool
    classes: tuple[str, ...]
    train: ClassifierTrain

    @property
    def real(self) -> SourceSettings | None:
        """The source of real images, if there is one."""
        return next((source for source in self.sources if source.kind == "real"), None)

    def plugins(self) -> Iterator[tuple[str, Plugin]]:
        """Yield the classifier."""
        yield "classifiers", self.classifier

    @property
    def gigabytes(self) -> float:
        """Memory that the training needs."""
        return gigabytes_of_training(self.image_size)

    def devices(self, available: int) -> int:
        """Return how many GPUs share its batches."""
        return devices_of_training("classifiers", self.classifier, self.train.batch_size, available)

    def built_from(self, channels: int) -> dict[str, Any]:
        """Return what the model is built from; see `kgan.training.model_files.build`.

        Args:
            channels: of its images.
        """
        return {
            "kind": "classifiers",
            **self.classifier.model_dump(mode="json"),
            "image_shape": [*self.image_size, channels],
            "precision": self.train.precision,
        }

    def describe(self) -> str:
        """Say what is trained on what, and for how long."""
        sources = " + ".join(source.describe() for source in self.sources)
        weights = self.classifier.parameters.get("weights")
        start = f" from {weights}" if weights else ""
        return f"{self.classifier.plugin}{start} on {sources}; {self.train.describe()} at most"
