"""The content of a recipe as frozen typed values, one class per mapping of the YAML file."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr, create_model, model_validator

from kgan.analyses import ANALYSES
from kgan.analyses.base import Analysis
from kgan.analyses.checkpoint_selection.settings import Choose
from kgan.analyses.comparison.settings import Published
from kgan.analyses.curation.settings import Curation
from kgan.files.inputs import InputFile, InputFolder
from kgan.schema.base import Part, Plugin
from kgan.schema.data import ALL_SLICES, Classic, Labels, Slices, Split
from kgan.schema.training import ClassifierTrain, GanTrain, RefinerTrain
from kgan.schema.types import (
    Count,
    Name,
    Number,
    Size,
    Title,
)
from kgan.training.arithmetic import THREADS


class Repeats(Part):
    """Numbers of replicates, to estimate random variation."""

    seeds: int = Field(
        default=1, ge=1, description="Runs of each classifier, with different initial weights and order."
    )
    splits: int = Field(
        default=1,
        ge=1,
        description="Splits of the patients, with new GANs and classifiers; test sets are disjoint.",
    )


class Data(Part):
    """Source and selection of the images."""

    path: InputFolder | None = Field(default=None, description="Folder of scans; or use --data.")
    reader: Plugin = Field(description="Reader of the scans.")
    stand_in: Plugin | None = Field(default=None, description="Replaces the reader if there is no path.")
    sequences: tuple[str, ...] = Field(min_length=1, description="Sequences, one channel each, such as t1c.")
    plane: Literal["axial", "coronal", "sagittal"] = "axial"
    slices: Slices = Field(
        default=Slices(first=0, last=ALL_SLICES),
        description="Slices of volumes; image files need none, all are used.",
    )
    image_size: Size | None = Field(
        default=None, description="[height, width]; null for the size of the scan."
    )
    center_crop: Size | None = Field(
        default=None, description="[height, width] of a central crop after resizing."
    )
    labels: Labels | None = Field(
        default=None, description="Labelling rules; null for images without a class."
    )
    exclude: InputFile | None = Field(default=None, description="Exclusion table: patient,slice,reason.")
    split: Split
    min_patients: int | None = Field(default=None, ge=1, description="Stop if fewer patients are usable.")

    @property
    def stored_size(self) -> tuple[int, int] | None:
        """(height, width) of the stored images, or ``None`` if it depends on the scans."""
        return self.center_crop or self.image_size


def _needs_a_size(schema: dict[str, Any]) -> None:
    schema["required"].remove("canvas")
    schema["anyOf"] = [{"required": ["canvas"]}, {"required": ["image_size"]}]


class Gan(Plugin):
    """A noise-to-image GAN: one model per class, and a pool of their images."""

    model_config = ConfigDict(json_schema_extra=_needs_a_size)

    title: Title | None = Field(default=None, description="Name in the report.")
    loss: Plugin | None = Field(default=None, description="The adversarial loss.")
    sequences: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Subset of data.sequences, one channel each; null for all."
    )
    concat: bool = Field(default=False, description="Each sequence is a separate image with one channel.")
    image_size: Size | None = Field(
        default=None, description="[height, width] to which images are resized before padding."
    )
    canvas: Size = Field(description="[height, width] after zero padding; default: image_size.")
    crop: int = Field(default=0, ge=0, description="Random offset of the image, 0 to this number of pixels.")
    per_class: bool = Field(default=True, description="One model per class; false: one model of all images.")
    train: GanTrain

    def seen(self, sequences: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Return the sequences of each image of a slice; with `concat` a slice gives several images.

        Args:
            sequences: of the data.
        """
        selected = self.sequences or tuple(sequences)
        return tuple((name,) for name in selected) if self.concat else (selected,)

    def image_shape(self, sequences: Sequence[str]) -> tuple[int, int, int]:
        """Return (height, width, channels) of its training and generated images."""
        return (*self.canvas, len(self.seen(sequences)[0]))


class Refiner(Plugin):
    """An image-to-image GAN that refines the pool of another source."""

    title: Title | None = Field(default=None, description="Name in the report.")
    source: str = Field(description="GAN, curation or refiner of the pool to refine.")
    images_per_class: int = Field(
        ge=1, description="Training images per class: real images, and as many of the pool."
    )
    image_size: Size = Field(description="[height, width] in pixels.")
    flip: bool = Field(default=True, description="Random left-right flips.")
    train: RefinerTrain
    choose: Choose | None = Field(
        default=None, description="Selection among several numbers of training steps."
    )


class Variant(Part):
    """A variant of the classifier's training."""

    weights: Literal["imagenet"] | InputFile | None = Field(
        default=None, description="Initial weights: imagenet, a file, or null for none."
    )
    parameters: dict[str, Any] = Field(
        default={}, description="Merged over the parameters of the classifier."
    )


class Classifier(Plugin):
    """The classifier that is trained on every setup."""

    image_size: Size = Field(description="[height, width] in pixels.")
    center_crop: bool = Field(
        default=False, description="Crop images to their central image_size instead of resizing them."
    )
    train: ClassifierTrain
    variants: dict[Name, Variant] = Field(min_length=1, description="Each setup is trained in each variant.")


class Export(Part):
    """The models to export as SavedModels."""

    models: tuple[str, ...] | None = Field(default=None, description="GANs and refiners; null for all.")


class Compute(Part):
    """Devices, threads and checkpoints: settings outside the identity of a step.

    Results on any number of devices or threads differ only by the rounding of sums (``docs/decisions/027``
    and ``035``). The report states the devices of each training run, and the threads where they differ.
    """

    strategy: Literal["auto", "one", "mirrored"] = Field(
        default="auto",
        description="auto: each training run on as many GPUs as divide its batch; one: one device; mirrored: "
        "also on logical CPUs, an error if there is only one device.",
    )
    devices: Annotated[int, Field(ge=1)] | Annotated[tuple[int | str, ...], Field(min_length=1)] = Field(
        default=1,
        description="A number: GPUs of each training (MirroredStrategy where it is more than 1). A list: the "
        "GPUs that the run may use, as CUDA_VISIBLE_DEVICES names them; one for each training.",
    )
    xla: Literal["auto", "on", "off"] = "auto"
    threads: int = Field(
        default=THREADS,
        ge=1,
        description="Threads of TensorFlow's operations in each step. Another number rounds sums in another "
        "order; the default is the same on every machine. More steps at a time (--jobs) use more cores.",
    )
    deterministic: bool = Field(
        default=False,
        description="Deterministic operations of TensorFlow, slower on GPUs: a repetition on the same device "
        "gives the same bits. On CPUs they are deterministic anyway.",
    )
    checkpoint_minutes: Number = Field(default=2.0, gt=0, description="Minutes between checkpoints.")
    keep: tuple[Literal["models", "tables", "pools"], ...] = Field(
        default=("models", "tables", "pools"),
        description="What stays on disk when the whole recipe is finished. Without pools, images are deleted "
        "as by kgan clean; models and tables always stay.",
    )

    @model_validator(mode="after")
    def _keeps_what_makes_the_rest(self) -> "Compute":
        if not {"models", "tables"} <= set(self.keep):
            raise ValueError("'keep' with models and tables; only pools can be left out")
        return self


class CoreRecipe(Part):
    """A complete experiment, after the merge of its profile and all overrides; without its analyses."""

    name: Name = Field(description="Name of the recipe; part of the name of the run folder.")
    title: str
    cite: str = Field(default="", description="Citation for users of this recipe.")
    licence: str | None = Field(default=None, description="Licence of the trained models.")
    scale: str = Field(default="", description="One sentence on the scale, relative to the published one.")
    deviations: tuple[str, ...] = Field(
        default=(), description="Sentences on intended deviations from the publication."
    )
    seed: int = Field(default=0, ge=0, description="Seed of all random numbers.")
    profile: Name = Field(default="base", description="Default profile.")
    data: Data
    gans: dict[Name, Gan] = Field(default={}, description="Noise-to-image GANs by name.")
    refiners: dict[Name, Refiner] = Field(default={}, description="Image-to-image GANs by name.")
    curations: dict[Name, Curation] = Field(default={}, description="Pools without their outliers, by name.")
    classic: Classic = Field(default=Classic(), description="Classic data augmentation.")
    classifier: Classifier | None = None
    setups: dict[Title, dict[str, Count]] = Field(
        default={},
        description="Numbers of images by source: real, classic, GANs, curations and refiners; of controls "
        "further_real, noise, permuted_labels. Both classes together.",
    )
    repeats: Repeats = Repeats()
    export: Export = Export()
    published: dict[str, dict[str, Published]] = Field(default={}, description="Setup -> variant -> %.")
    compute: Compute = Compute()

    _origin: str = PrivateAttr(default="")

    @property
    def origin(self) -> str:
        """The source file; empty if there is none."""
        return self._origin

    @property
    def reader(self) -> Plugin:
        """The effective reader, with ``path`` among its parameters if there is one."""
        if self.data.path is None:
            return self.data.stand_in or self.data.reader
        parameters = {**self.data.reader.parameters, "path": self.data.path}
        return Plugin(plugin=self.data.reader.plugin, parameters=parameters)

    @property
    def stands_in(self) -> bool:
        """Whether the stand-in replaces real data."""
        return self.data.path is None and self.data.stand_in is not None

    def section(self, name: str) -> Part | None:
        """Return the section of an analysis; ``None`` if the recipe does not contain it."""
        section: Part | None = getattr(self, name)
        return section

    def resolved(self, exclude: Collection[str] = ()) -> dict[str, Any]:
        """Return everything as plain JSON values: an equivalent recipe without profiles.

        Published values of models and setups that a profile removes are removed as well.

        Args:
            exclude: top-level keys to omit.
        """
        plain = self.model_dump(mode="json", exclude=set(exclude))
        models = [*plain["gans"], *plain["curations"], *plain["refiners"]]
        _keep_published(plain, plain["setups"])
        for analysis in ANALYSES:
            if analysis.has_published and plain[analysis.name] is not None:
                _keep_published(plain[analysis.name], [*models, *analysis.published_sets])
        return plain


def _keep_published(holder: dict[str, Any], names: Collection[str]) -> None:
    """Remove published values of what is not named."""
    published = holder["published"].items()
    holder["published"] = {name: values for name, values in published if name in names}


def _section(analysis: Analysis[Any]) -> tuple[Any, Any]:
    """Return type and default of an analysis's section in a recipe."""
    optional: Any = analysis.section_type if analysis.default is not None else analysis.section_type | None
    return optional, Field(default=analysis.default, description=analysis.description)


if TYPE_CHECKING:
    Recipe = CoreRecipe
else:
    Recipe = create_model(
        "Recipe",
        __base__=CoreRecipe,
        __module__=__name__,
        __doc__="A complete experiment, after the merge of its profile and all overrides.",
        **{analysis.name: _section(analysis) for analysis in ANALYSES},
    )
