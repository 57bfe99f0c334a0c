"""What a recipe says, as frozen typed values. One class for each mapping of the YAML file."""

from collections.abc import Collection, Sequence
from typing import Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr

from kgan.analyses.checkpoint_selection.settings import Choose
from kgan.analyses.comparison.settings import Compare, Published
from kgan.analyses.curation.settings import Curation
from kgan.analyses.fidelity.settings import TRAINING, Measures
from kgan.analyses.memorization.settings import Privacy
from kgan.analyses.patient_equivalence.settings import Equivalent
from kgan.analyses.tsne.settings import Tsne
from kgan.analyses.visual_turing.settings import Turing
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


class Repeats(Part):
    """How often everything is done again, so that chance shows itself."""

    seeds: int = Field(
        default=1, ge=1, description="Trainings of each classifier, each with initial weights and order anew."
    )
    splits: int = Field(
        default=1,
        ge=1,
        description="Draws of the patients, GANs and all anew; nobody is tested in two of them.",
    )


class Data(Part):
    """Where images come from and which of them are used."""

    path: InputFolder | None = Field(default=None, description="Folder of scans; --data gives it too.")
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
    exclude: InputFile | None = Field(default=None, description="Table: patient,slice,reason.")
    split: Split
    min_patients: int | None = Field(default=None, ge=1, description="Stop where fewer can be used.")

    @property
    def stored_size(self) -> tuple[int, int] | None:
        """(height, width) of the images that are kept, or ``None`` where only the scans tell."""
        return self.center_crop or self.image_size


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


class Refiner(Plugin):
    """An image-to-image GAN that refines another source's pool."""

    title: Title | None = Field(default=None, description="What the report calls it.")
    source: str = Field(description="A GAN, curation or refiner: whose pool is refined.")
    images_per_class: int = Field(ge=1, description="Real images, and images of the pool, to learn from.")
    image_size: Size = Field(description="[height, width] in pixels.")
    flip: bool = Field(default=True, description="Mirror images left and right at random.")
    train: RefinerTrain
    choose: Choose | None = Field(default=None, description="Tried after several numbers of steps.")


class Variant(Part):
    """One way to train the classifier."""

    weights: Literal["imagenet"] | InputFile | None = Field(
        default=None, description="imagenet, a file of weights, or null for none."
    )
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

    def section(self, name: str) -> Part | None:
        """Return the section of an analysis; ``None`` where the recipe does not ask for it."""
        section: Part | None = getattr(self, name)
        return section

    def resolved(self, exclude: Collection[str] = ()) -> dict[str, Any]:
        """Return everything as plain JSON values: a recipe of its own that says the same.

        Published values of what a profile takes out go with it.

        Args:
            exclude: top-level keys that are left out.
        """
        plain = self.model_dump(mode="json", exclude=set(exclude))
        models = [*plain["gans"], *plain["curations"], *plain["refiners"]]
        holders = [(plain, [*plain["setups"]]), (plain["measures"], [*models, TRAINING])]
        for holder, there in (*holders, (plain["turing"], models)):
            if holder is not None:
                kept = {name: of for name, of in holder["published"].items() if name in there}
                holder["published"] = kept
        return plain
