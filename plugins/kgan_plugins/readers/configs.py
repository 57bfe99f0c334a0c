"""Configurations of the data readers. They import no library that reads files."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from annotated_types import Ge, Le
from pydantic import model_validator

from kgan.contracts.config import ReaderConfig, Unfit
from kgan.contracts.constraints import Fraction, InputFile, InputFolder, PositiveInt

if TYPE_CHECKING:
    from kgan_plugins.readers.brats import BratsReader
    from kgan_plugins.readers.folder import FolderReader
    from kgan_plugins.readers.oasis import OasisReader
    from kgan_plugins.readers.phantom import PhantomReader

Millimetres = Annotated[float, Ge(4), Le(90)]

_WINDOW = (
    "Each scan's intensities are mapped to [0, 1] by the 0.5th and 99.5th percentile of its foreground, and "
    "clipped outside; the papers name no window."
)


class BratsConfig(ReaderConfig):
    """Finds and reads BRATS patients at any depth below a folder."""

    reference: ClassVar[str] = (
        "Menze et al., The Multimodal Brain Tumor Image Segmentation Benchmark (BRATS), 2015, "
        "doi:10.1109/TMI.2014.2377694."
    )
    sequences: ClassVar[tuple[str, ...]] = ("t1", "t1c", "t2", "flair")

    path: InputFolder
    """The folder."""
    grade: Literal["HGG", "LGG", "all"] = "all"
    """"HGG" (high-grade) leaves out what is under a folder called LGG, "LGG" the reverse; where a data set
    has no such folders, all patients are taken."""

    def build(self) -> "BratsReader":
        """Make the reader."""
        from kgan_plugins.readers.brats import BratsReader

        return BratsReader(self)

    @classmethod
    def tiny(cls) -> "BratsReader":
        """Return a reader of one small patient, for `kgan.testing`."""
        from kgan_plugins.readers.brats import tiny_reader

        return tiny_reader()

    def deviations(self) -> dict[str, str]:
        """Return departures from Han et al. 2018 and 2019: the 220 high-grade glioma cases of BRATS 2016: key
        -> sentence."""
        texts = {
            "persons": "Several scans of one person, which BRATS counts as patients, are kept in one split.",
            "window": _WINDOW,
        }
        if self.grade != "HGG":
            texts["grade"] = (
                f"Gliomas of grade {self.grade} are read; the papers have the high-grade ones alone."
            )
        return texts


class FolderConfig(ReaderConfig):
    """Reads images that are files: ``DIR/<class>/*.png``, or ``DIR/*.png`` without class."""

    masks: ClassVar[bool] = False

    path: InputFolder
    """The folder."""
    classes: tuple[str, ...] = ()
    """Names of the class folders; label i is the i-th, and the last is the one to be detected. Needed where a
    recipe has ``data.labels``. Other folders are left out. Without it, all images are taken and have no
    class."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the class folders."""
        return self.classes

    def build(self) -> "FolderReader":
        """Make the reader."""
        from kgan_plugins.readers.folder import FolderReader

        return FolderReader(self)

    @classmethod
    def tiny(cls) -> "FolderReader":
        """Return a reader of one patient's images, for `kgan.testing`."""
        from kgan_plugins.readers.folder import tiny_reader

        return tiny_reader()


class OasisConfig(ReaderConfig):
    """Finds and reads OASIS-1 scans, sequence ``t1``, at any depth below a folder."""

    reference: ClassVar[str] = (
        "D. S. Marcus et al., Open Access Series of Imaging Studies (OASIS): Cross-sectional MRI Data in "
        "Young, Middle Aged, Nondemented, and Demented Older Adults, Journal of Cognitive Neuroscience "
        "19(9), 2007."
    )
    masks: ClassVar[bool] = False
    sequences: ClassVar[tuple[str, ...]] = ("t1",)

    path: InputFolder
    """The folder."""
    tree: Literal["t88_masked", "t88", "subject", "raw", "png"] = "t88_masked"
    """"t88_masked" (Talairach space, 1 mm, 176x208x176, gain-field corrected, brain alone), "t88" (with the
    head), "subject" (mean of the repeats, 1 mm, 256x256x160), "raw" (one repeat, 1x1x1.25 mm, 256x256x128),
    or "png": the teaching copy's axial slices, whose folders for training, validation and test are read
    together and split again."""
    repeat: PositiveInt = 1
    """Of "raw", from 1 to 3 or 4."""
    clinical: InputFile | None = None
    """Table oasis_cross-sectional.csv; with a CDR above 0 one is demented. Who has no CDR has no class, and
    without the table no patient has."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Of the clinical table."""
        return ("nondemented", "demented")

    def build(self) -> "OasisReader":
        """Make the reader."""
        from kgan_plugins.readers.oasis import OasisReader

        return OasisReader(self)

    @classmethod
    def tiny(cls) -> "OasisReader":
        """Return a reader of one small scan, for `kgan.testing`."""
        from kgan_plugins.readers.oasis import tiny_reader

        return tiny_reader()

    def deviations(self) -> dict[str, str]:
        """Return departures from Delplace et al.: 11,328 slices of a teaching copy of OASIS: key ->
        sentence."""
        if self.tree == "png":
            return {
                "split": "The teaching copy's folders for training, validation and test are read together."
            }
        return {
            "tree": f"Slices are of OASIS's own scans ({self.tree}), not of the paper's teaching copy.",
            "window": _WINDOW,
        }


class PhantomConfig(ReaderConfig):
    """A cohort of computed patients; needs no data. Nothing measured on it is a clinical claim."""

    reference: ClassVar[str] = (
        "Fonov et al., Unbiased average age-appropriate atlases for pediatric studies, 2011, "
        "doi:10.1016/j.neuroimage.2010.07.033 (the average brain, ICBM152)."
    )
    synthetic: ClassVar[bool] = True
    sequences: ClassVar[tuple[str, ...]] = ("t1", "t1c", "t2", "flair")

    patients: Annotated[int, Ge(1), Le(9999)] = 48
    """How many."""
    seed: int = 2016
    """Another seed gives other patients."""
    tumor_diameter: tuple[Millimetres, Millimetres] = (8.0, 60.0)
    """[least, most] of the tumour without its oedema, in mm."""
    faint: Fraction = 0.15
    """Fraction of tumours that hardly enhance in T1c."""
    faulty_stripping: Fraction = 0.05
    """Fraction of patients of whose brain skull-stripping removed a piece."""

    @model_validator(mode="after")
    def _ascends(self) -> "PhantomConfig":
        least, most = self.tumor_diameter
        if least > most:
            raise Unfit(
                f"tumor_diameter [{least:g}, {most:g}]; expected [least, most] in mm, such as [8, 60]",
                "tumor_diameter",
            )
        return self

    def build(self) -> "PhantomReader":
        """Make the reader."""
        from kgan_plugins.readers.phantom import PhantomReader

        return PhantomReader(self)

    def deviations(self) -> dict[str, str]:
        """Return departures from any paper: key -> sentence."""
        return {
            "phantoms": "Patients are phantoms: an atlas of the normal brain, deformed, with computed "
            "tumours."
        }
