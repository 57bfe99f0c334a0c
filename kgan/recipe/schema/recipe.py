"""What a recipe says, as frozen typed values. One class for each mapping of the YAML file."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr, model_validator

from kgan.recipe.schema.base import Part, Plugin
from kgan.recipe.schema.curation import Curation
from kgan.recipe.schema.equivalent import Equivalent
from kgan.recipe.schema.evaluation import (
    TRAINING,
    Choose,
    Compare,
    Measures,
    Published,
    Repeats,
    Tsne,
)
from kgan.recipe.schema.privacy import Privacy
from kgan.recipe.schema.turing import Turing
from kgan.recipe.schema.types import (
    Augmentation,
    Count,
    Decay,
    Name,
    Number,
    Precision,
    Share,
    ShareOrNone,
    Size,
    Title,
)

_OWN = "null for the GAN's own"


#: The last slice where a recipe names none.
ALL_SLICES = 99_999


class Slices(Part):
    """Which slices of each volume, or which of a patient's images in the order of their names."""

    first: int = Field(ge=0, description="Index of the first slice along the plane's axis.")
    last: int = Field(ge=0, description="Index of the last slice, inclusive.")
    step: int = Field(default=1, ge=1, description="Take every step-th slice.")


class Labels(Part):
    """How a slice gets its class from a mask, and when it is left out; ``{}`` where the reader tells it."""

    min_tumor_area: Number = Field(
        default=0.0, ge=0, description="mm² of tumour from which a slice counts as tumour."
    )
    margin: int = Field(default=0, ge=0, description="Slices between tumour and non-tumour.")
    incomplete: Number | None = Field(
        default=None,
        gt=0,
        description="Leave out slices whose brain area or symmetry is more robust deviations off than this.",
    )


class Split(Part):
    """How many patients go where: three numbers, or three fractions that make 1.

    Where nothing is classified, all may go to training.
    """

    train: Share
    validation: ShareOrNone
    test: ShareOrNone

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> "Split":
        shares = (self.train, self.validation, self.test)
        if all(isinstance(share, int) for share in shares):
            return self
        if any(isinstance(share, int) for share in shares) or abs(sum(shares) - 1) > 1e-6:
            raise ValueError("three numbers of patients, or three fractions that make 1")
        return self


class Data(Part):
    """Where images come from and which of them are used."""

    path: str | None = Field(default=None, description="Folder of scans; --data gives it too.")
    reader: Plugin = Field(description="Reads the scans.")
    stand_in: Plugin | None = Field(default=None, description="In the reader's place without a path.")
    sequences: tuple[str, ...] = Field(min_length=1, description="One channel each, such as t1c.")
    plane: Literal["axial", "coronal", "sagittal"] = "axial"
    slices: Slices = Field(
        default=Slices(first=0, last=ALL_SLICES),
        description="Of volumes; images need none and are all taken.",
    )
    image_size: Size | None = Field(default=None, description="[height, width]; null for the scan's.")
    center_crop: Size | None = Field(default=None, description="Central part that is kept of that size.")
    labels: Labels | None = Field(default=None, description="null for images without class.")
    exclude: str | None = Field(default=None, description="Table: patient,slice,reason.")
    split: Split
    min_patients: int | None = Field(default=None, ge=1, description="Stop where fewer can be used.")

    @property
    def stored_size(self) -> tuple[int, int] | None:
        """(height, width) of the images that are kept, or ``None`` where only the scans tell."""
        return self.center_crop or self.image_size


class GanTrain(Part):
    """How a noise-to-image GAN is trained."""

    batch_size: int = Field(ge=1, description="Images of one update.")
    epochs: Number | None = Field(
        default=None,
        gt=0,
        description="Passes through the images, a step for each batch; or 'steps'.",
    )
    steps: int | None = Field(default=None, ge=1, description="Training steps; or 'epochs'.")
    average: Number | None = Field(default=None, gt=0, lt=1, description="Decay of the weights' average.")
    critic_updates: int | None = Field(default=None, ge=1, description=f"A step; {_OWN}.")
    generator_updates: int | None = Field(default=None, ge=1, description=f"A step; {_OWN}.")
    augment: tuple[Augmentation, ...] | None = Field(
        default=None, description=f"DiffAugment of all that the critic sees; {_OWN}."
    )
    r1: Number | None = Field(default=None, ge=0, description=f"Weight of the R1 penalty; {_OWN}.")
    halve_every: int | None = Field(default=None, ge=1, description="Steps; halves the learning rates.")
    decay: Decay | None = Field(default=None, description=f"How learning rates fall to zero; {_OWN}.")
    precision: Precision = "float32"

    @model_validator(mode="after")
    def _has_one_length(self) -> "GanTrain":
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("either 'epochs' or 'steps'; write null for the other")
        return self


def _needs_a_size(schema: dict[str, Any]) -> None:
    schema["required"].remove("canvas")
    schema["anyOf"] = [{"required": ["canvas"]}, {"required": ["image_size"]}]


class Gan(Plugin):
    """A noise-to-image GAN: one model for each class, and a pool of what they make."""

    model_config = ConfigDict(json_schema_extra=_needs_a_size)

    title: Title | None = Field(default=None, description="What the report calls it.")
    loss: Plugin | None = Field(default=None, description="The adversarial loss.")
    sequences: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Which of data.sequences, a channel each; null for all."
    )
    concat: bool = Field(default=False, description="Each sequence is an image of its own, of one channel.")
    image_size: Size | None = Field(
        default=None, description="[height, width] that images are brought to before they are padded."
    )
    canvas: Size = Field(
        description="[height, width]: images are padded with zeros to this size; by default image_size."
    )
    crop: int = Field(default=0, ge=0, description="Placed at random within 0 to so many pixels.")
    per_class: bool = Field(default=True, description="One model a class; false makes one of all images.")
    train: GanTrain

    def seen(self, sequences: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Return the sequences of each image that is made of a slice: several images under `concat`.

        Args:
            sequences: of the data.
        """
        mine = self.sequences or tuple(sequences)
        return tuple((name,) for name in mine) if self.concat else (mine,)

    def image_shape(self, sequences: Sequence[str]) -> tuple[int, int, int]:
        """Return (height, width, channels) of the images that it learns from and makes."""
        return (*self.canvas, len(self.seen(sequences)[0]))


class RefinerTrain(Part):
    """How an image-to-image GAN is trained."""

    batch_size: int = Field(ge=1, description="Images of one update.")
    steps: int = Field(ge=1, description="Training steps.")
    precision: Precision = "float32"


class Refiner(Plugin):
    """An image-to-image GAN that refines another source's pool."""

    title: Title | None = Field(default=None, description="What the report calls it.")
    source: str = Field(description="A GAN, curation or refiner: whose pool is refined.")
    images_per_class: int = Field(ge=1, description="Real images, and images of the pool, to learn from.")
    image_size: Size = Field(description="[height, width] in pixels.")
    flip: bool = Field(default=True, description="Mirror images left and right at random.")
    train: RefinerTrain
    choose: Choose | None = Field(default=None, description="Tried after several numbers of steps.")


class Classic(Part):
    """Ranges of classic data augmentation."""

    horizontal_flip: bool = True
    vertical_flip: bool = True
    rotation: Number = Field(default=10.0, ge=0, le=180, description="Degrees to either side.")
    shift: Number = Field(default=0.08, ge=0, le=1, description="Fraction of width and height.")
    shear: Number = Field(default=0.08, ge=0, le=1, description="Fraction.")
    zoom: Number = Field(default=0.08, ge=0, le=0.99, description="Fraction.")
    fill: int = Field(default=0, ge=0, le=255, description="Grey value outside the image.")


class ClassifierTrain(Part):
    """How the classifier is trained."""

    batch_size: int = Field(ge=1, description="Images of one update.")
    epochs: int = Field(ge=1, description="At most so many passes through the setup's images.")
    patience: int = Field(ge=1, description="Stop after so many epochs without a better validation loss.")
    precision: Precision = "float32"


class Variant(Part):
    """One way to train the classifier."""

    weights: str | None = Field(default=None, description="imagenet, a file of weights, or null for none.")
    parameters: dict[str, Any] = Field(default={}, description="Added to the classifier's, or changed.")


class Classifier(Plugin):
    """The classifier that every setup is tried on."""

    image_size: Size = Field(description="[height, width] in pixels.")
    center_crop: bool = Field(
        default=False, description="Cut images to their central image_size instead of resizing them."
    )
    train: ClassifierTrain
    variants: dict[Name, Variant] = Field(min_length=1, description="Each setup is tried in each variant.")


class Export(Part):
    """Which models are written as SavedModels."""

    models: tuple[str, ...] | None = Field(default=None, description="GANs and refiners; null for all.")


class Compute(Part):
    """Devices and checkpoints: what makes no step run again.

    Results are the same on any number of devices but for the order in which sums are rounded
    (``docs/decisions/027``), and the report says on which devices each training ran.
    """

    strategy: Literal["auto", "one", "mirrored"] = Field(
        default="auto",
        description="auto: each training on as many GPUs as share its batch evenly; one; mirrored: on "
        "logical CPUs too, and refused where there is one device.",
    )
    xla: Literal["auto", "on", "off"] = "auto"
    checkpoint_minutes: Number = Field(default=2.0, gt=0, description="Minutes between checkpoints.")


class Recipe(Part):
    """A whole experiment, after its profile and all overrides."""

    name: Name = Field(description="Of the recipe; part of the run folder's name.")
    title: str
    cite: str = Field(default="", description="What to cite who uses this recipe.")
    licence: str | None = Field(default=None, description="Of the models that are trained.")
    scale: str = Field(default="", description="One sentence: how far from the published scale this is.")
    deviations: tuple[str, ...] = Field(
        default=(), description="Sentences: where this knowingly departs from what was published."
    )
    seed: int = Field(default=0, ge=0, description="Of every draw.")
    profile: Name = Field(default="base", description="The profile used if none is named.")
    data: Data
    gans: dict[Name, Gan] = Field(default={}, description="Noise-to-image GANs by name.")
    refiners: dict[Name, Refiner] = Field(default={}, description="Image-to-image GANs by name.")
    curations: dict[Name, Curation] = Field(
        default={}, description="What is left of a pool without its weird images, by a name of its own."
    )
    classic: Classic = Field(default=Classic(), description="Classic data augmentation.")
    classifier: Classifier | None = None
    setups: dict[Title, dict[str, Count]] = Field(
        default={},
        description="Sums of sources: real, classic, GANs, curations and refiners; images of both classes "
        "together.",
    )
    repeats: Repeats = Repeats()
    compare: Compare = Compare()
    measures: Measures | None = Field(default=None, description="Realism and diversity of every pool.")
    tsne: Tsne | None = Field(default=None, description="A map of real and synthetic images.")
    turing: Turing | None = Field(default=None, description="The Visual Turing Test.")
    privacy: Privacy | None = Field(
        default=None, description="Whether pools give training patients away; a gate for the export."
    )
    equivalent: Equivalent | None = Field(
        default=None, description="How many real patients a pool is worth to the classifier."
    )
    export: Export = Export()
    published: dict[str, dict[str, Published]] = Field(default={}, description="Setup -> variant -> %.")
    compute: Compute = Compute()

    _origin: str = PrivateAttr(default="")

    @property
    def origin(self) -> str:
        """The file that it was read from; empty if there is none."""
        return self._origin

    @property
    def reader(self) -> Plugin:
        """The reader that is used, with ``path`` among its parameters where there is one."""
        if self.data.path is None:
            return self.data.stand_in or self.data.reader
        parameters = {**self.data.reader.parameters, "path": self.data.path}
        return Plugin(plugin=self.data.reader.plugin, parameters=parameters)

    @property
    def stands_in(self) -> bool:
        """Whether the stand-in takes the place of real data."""
        return self.data.path is None and self.data.stand_in is not None

    def resolved(self) -> dict[str, Any]:
        """Return everything as plain JSON values: a recipe of its own that says the same.

        Published figures of what a profile takes out go with it.
        """
        plain = self.model_dump(mode="json")
        models = [*plain["gans"], *plain["curations"], *plain["refiners"]]
        holders = [(plain, [*plain["setups"]]), (plain["measures"], [*models, TRAINING])]
        for holder, there in (*holders, (plain["turing"], models)):
            if holder is not None:
                kept = {name: of for name, of in holder["published"].items() if name in there}
                holder["published"] = kept
        return plain
