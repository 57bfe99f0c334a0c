"""The table that the selection of a refiner's checkpoint writes."""

from kgan.files.columns import Count, Maybe, Real, Row, Share, YesNo
from kgan.files.tables import Table


class CandidateResult(Row):
    """A refiner after some training steps, by the classifier that learnt from its images.

    Args:
        steps: of training.
        validation_accuracy: of the classifier, in [0, 1].
        low: of its 95 % interval.
        high: of the same.
        images: of the validation split.
        patients: of these images.
        chosen: whether this checkpoint is taken.
    """

    steps: Count
    validation_accuracy: Share
    low: Maybe[Real]
    high: Maybe[Real]
    images: Count
    patients: Count
    chosen: YesNo


CANDIDATES = Table("choice.csv", CandidateResult)
