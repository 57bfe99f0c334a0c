"""Splitting a cohort, repeated until each split has images of every class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kgan.data.cohort.cohort import Cohort, check_classes, exclusion_reasons, missing_class
from kgan.data.cohort.exclusions import Exclusions
from kgan.data.cohort.split import split_patients
from kgan.data.cohort.staging import Staged


@dataclass
class StratifiedSplitter:
    """Draws of the split of one cohort.

    Args:
        staged: what was read.
        excluded: by hand.
        classes: names; empty where classes do not matter.
        incomplete: how many robust standard deviations are still normal; ``None`` for no such rule.
    """

    staged: Staged
    excluded: Exclusions
    classes: tuple[str, ...]
    incomplete: float | None
    _refused: int = 0

    def share_out(
        self, amounts: Mapping[str, float], seed: int, subjects: Mapping[str, str], number: int = 0
    ) -> Cohort:
        """Return the cohort as the first draw shares it out that leaves each split images of every class.

        Args:
            amounts: patients, or shares of them, for each split.
            seed: of the draws.
            subjects: who was scanned, by patient.
            number: of the split, from 0; it tests no patient whom the splits before it test.

        Raises:
            DataError: no draw will do; the message says what the first lacks.
        """
        parts = split_patients(self.staged.usable, amounts, seed, subjects, number, self._will_do)
        cohort = self._cohort(parts, self._reasons(parts["train"]))
        check_classes(cohort, self._refused)
        return cohort

    def notes(self) -> tuple[str, ...]:
        """Return how many draws would not do, if there were any."""
        if not self._refused:
            return ()
        return (
            f"The patients were shared out {self._refused + 1} times, until each split had images of every "
            "class: with so few patients chance alone does not see to that.",
        )

    def _will_do(self, parts: Mapping[str, Sequence[str]]) -> bool:
        # First without the rule that is learnt from the training patients, which takes long.
        will_do = not (
            missing_class(self._cohort(parts, self._rest))
            or missing_class(self._cohort(parts, self._reasons(parts["train"])))
        )
        self._refused += not will_do
        return will_do

    @cached_property
    def _rest(self) -> list[str]:
        return exclusion_reasons(self.staged, self.excluded, (), None)

    def _reasons(self, train: Sequence[str]) -> list[str]:
        return exclusion_reasons(self.staged, self.excluded, train, self.incomplete)

    def _cohort(self, parts: Mapping[str, Sequence[str]], reasons: Sequence[str]) -> Cohort:
        shared = {split: tuple(members) for split, members in parts.items()}
        return Cohort(self.staged, self.excluded, shared, reasons, self.classes)
