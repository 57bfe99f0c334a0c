"""Reader of the phantom cohort: brains with tumours that are computed, for whoever has no scans at hand."""

from typing import Annotated

from annotated_types import Ge, Le

from kgan.contracts.constraints import Share
from kgan.contracts.reader import PatientSlices, Reader, SliceRequest
from kgan.data.phantom.patient import Character, check_count, draw_phantom, patient_name
from kgan.data.phantom.slices import sample
from kgan.errors import DataError

Millimetres = Annotated[float, Ge(4), Le(90)]


class PhantomReader(Reader):
    """A cohort of computed patients; needs no data. Nothing measured on it is a clinical claim.

    Each patient is the ICBM152 average brain, deformed at random, with a random tumour, seen in the
    sequences ``t1``, ``t1c``, ``t2`` and ``flair`` on BRATS's grid of 240x240x155 voxels of 1 mm. Only what
    is asked for is computed. ``kgan data phantom`` writes the same patients as files.

    Mask labels are BRATS's: 1 necrotic core, 2 oedema, 4 enhancing.

    Args:
        patients: how many, 1 to 9999.
        seed: another seed gives other patients.
        tumor_diameter: (least, most) of the tumour without its oedema, in mm, within 4 to 90.
        faint: fraction of tumours that hardly enhance in T1c, in [0, 1].
        faulty_stripping: fraction of patients of whose brain skull-stripping removed a piece, in [0, 1].

    Reference:
        Fonov et al., Unbiased average age-appropriate atlases for pediatric studies, 2011,
        doi:10.1016/j.neuroimage.2010.07.033 (the average brain, ICBM152).
    """

    synthetic = True
    sequences = ("t1", "t1c", "t2", "flair")
    checked_by = "kgan_plugins.readers.phantom_figures:check"
    deviations_by = "kgan_plugins.readers.deviations:phantom"

    def __init__(
        self,
        patients: Annotated[int, Ge(1), Le(9999)] = 48,
        seed: int = 2016,
        tumor_diameter: tuple[Millimetres, Millimetres] = (8.0, 60.0),
        faint: Share = 0.15,
        faulty_stripping: Share = 0.05,
    ) -> None:
        self.count = patients
        self.seed = seed
        self.tumor_diameter = tumor_diameter
        self.faint = faint
        self.faulty_stripping = faulty_stripping

    def patients(self) -> tuple[str, ...]:
        """Return the identifiers, ``"phantom-0001"`` and so on.

        Raises:
            DataError: the cohort asked for cannot exist.
        """
        check_count(self.count)
        self._character()
        return tuple(patient_name(number) for number in range(1, self.count + 1))

    def read(self, patient: str, request: SliceRequest) -> PatientSlices:
        """Compute the requested slices of one patient.

        Raises:
            DataError: no such patient, or a sequence, plane, slice or size that no phantom has.
        """
        known = self.patients()
        if patient not in known:
            raise DataError(f"no phantom {patient!r}; expected one of {known[0]} to {known[-1]}")
        return sample(draw_phantom(self._character(), known.index(patient) + 1), request, patient)

    def fingerprint(self) -> str:
        """Return a digest of the cohort's figures and of the phantom's edition."""
        return self._character().digest()

    def _character(self) -> Character:
        return Character(self.seed, tuple(self.tumor_diameter), self.faint, self.faulty_stripping)
