"""Selection of images: slices, labels, split, and the ranges of classic augmentation."""

from pydantic import Field, model_validator

from kgan.schema.base import Part
from kgan.schema.types import Number, Share, ShareOrNone, Size

#: The last slice if a recipe does not set one.
ALL_SLICES = 99_999


class Slices(Part):
    """Slices of each volume, or images of each patient in the order of their names."""

    first: int = Field(ge=0, description="Index of the first slice along the plane's axis.")
    last: int = Field(ge=0, description="Index of the last slice, inclusive.")
    step: int = Field(default=1, ge=1, description="Take every step-th slice.")

    def words(self, noun: str) -> str:
        """Return which of them: ``axial slices 30 to 130, one in 4``.

        Args:
            noun: what they are, in the plural.
        """
        text = f"{noun} {self.first} to {self.last}"
        if self.last == ALL_SLICES:
            text = f"{noun} from {self.first} on" if self.first else f"all {noun}"
        return f"{text}, one in {self.step}" if self.step > 1 else text


class Labels(Part):
    """Rules for the class of a slice from its mask, and for exclusion; ``{}`` if the reader has classes."""

    min_tumor_area: Number = Field(
        default=0.0, ge=0, description="Minimum tumour area of a tumour slice, in mm²."
    )
    margin: int = Field(default=0, ge=0, description="Excluded slices between tumour and non-tumour slices.")
    incomplete: Number | None = Field(
        default=None,
        gt=0,
        description="Exclude slices whose brain area or symmetry deviates by more than this number of robust "
        "standard deviations.",
    )


class Split(Part):
    """Numbers of patients per split: numbers, or fractions with sum 1.

    Without a classifier, all patients may be in the training split. Further patients are held back for
    positive controls, setups with the source ``further_real``: no GAN, refiner, analysis or test sees them.
    """

    train: Share
    validation: ShareOrNone
    test: ShareOrNone
    further: ShareOrNone = Field(
        default=0, description="Patients held back for the source further_real of positive controls."
    )

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> "Split":
        shares = (self.train, self.validation, self.test, *([self.further] if self.further else []))
        if all(isinstance(share, int) for share in shares):
            return self
        if any(isinstance(share, int) for share in shares) or abs(sum(shares) - 1) > 1e-6:
            number = "four" if self.further else "three"
            raise ValueError(f"{number} numbers of patients, or {number} fractions with sum 1")
        return self


class Classic(Part):
    """Ranges of classic data augmentation."""

    horizontal_flip: bool = True
    vertical_flip: bool = True
    rotation: Number = Field(default=10.0, ge=0, le=180, description="Degrees to either side.")
    shift: Number = Field(default=0.08, ge=0, le=1, description="Fraction of width and height.")
    shear: Number = Field(default=0.08, ge=0, le=1, description="Fraction.")
    zoom: Number = Field(default=0.08, ge=0, le=0.99, description="Fraction.")
    fill: int = Field(default=0, ge=0, le=255, description="Grey value outside the image.")


class ViewSettings(Part):
    """How a model sees the real images.

    Args:
        sequences: a channel each; ``None`` for all.
        concat: whether each sequence is an image of its own.
        image_size: (height, width) px that images are brought to; ``None`` for the stored one.
    """

    sequences: tuple[str, ...] | None = None
    concat: bool = False
    image_size: Size | None = None

    def describe(self) -> str:
        """Say what is seen, as the end of a sentence; empty where that is all."""
        names = ", ".join(self.sequences or ())
        if self.concat:
            return f" on each of {names}" if names else " on each sequence"
        return f" on {names}" if names else ""
