"""Which images are used: slices, labels, split, and the ranges of classic augmentation."""

from pydantic import Field, model_validator

from kgan.schema.base import Part
from kgan.schema.types import Number, Share, ShareOrNone

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


class Classic(Part):
    """Ranges of classic data augmentation."""

    horizontal_flip: bool = True
    vertical_flip: bool = True
    rotation: Number = Field(default=10.0, ge=0, le=180, description="Degrees to either side.")
    shift: Number = Field(default=0.08, ge=0, le=1, description="Fraction of width and height.")
    shear: Number = Field(default=0.08, ge=0, le=1, description="Fraction.")
    zoom: Number = Field(default=0.08, ge=0, le=0.99, description="Fraction.")
    fill: int = Field(default=0, ge=0, le=255, description="Grey value outside the image.")
