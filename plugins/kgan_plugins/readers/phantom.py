"""Reader of the phantom cohort: brains with tumours that are computed, for whoever has no scans at hand."""

from kgan.contracts.reader import PatientSlices, Reader, SliceRequest
from kgan.data.phantom.patient import Character, check_count, draw_phantom, patient_name
from kgan.data.phantom.slices import sample
from kgan.errors import DataError


class PhantomReader(Reader):
    """A cohort of computed patients; needs no data. Nothing measured on it is a clinical claim.

    Each patient is the ICBM152 average brain, deformed at random, with a random tumour, seen in the
    sequences ``t1``, ``t1c``, ``t2`` and ``flair`` on BRATS's grid of 240x240x155 voxels of 1 mm. Only what
    is requested is computed. ``kgan data phantom`` writes the same patients as files.

    Mask labels are BRATS's: 1 necrotic core, 2 oedema, 4 enhancing.

    What it takes: see `PhantomConfig`.
    """

    def patients(self) -> tuple[str, ...]:
        """Return the identifiers, ``"phantom-0001"`` and so on.

        Raises:
            DataError: the requested cohort cannot exist.
        """
        check_count(self.config.patients)
        self._character()
        return tuple(patient_name(number) for number in range(1, self.config.patients + 1))

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
        """Return a digest of the cohort's parameters and of the phantom's edition."""
        return self._character().digest()

    def _character(self) -> Character:
        return Character(
            self.config.seed, self.config.tumor_diameter, self.config.faint, self.config.faulty_stripping
        )
