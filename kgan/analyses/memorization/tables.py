"""The tables that the search for training patients writes."""

from typing import Annotated

from pydantic import Field

from kgan.files.columns import Count, Integer, Maybe, Name, Real, Row, Share, Text, YesNo
from kgan.files.tables import Table


class PoolResult(Row):
    """One pool and class by one choice of features.

    Args:
        pool: its name.
        class_name: empty where images have none.
        features: in words; empty where there was nothing to compare with.
        auc: membership AUC, in [0, 1].
        low: of its 95 % interval.
        high: of the same.
        nearer: share of synthetic images that are nearer to a training image than to a held-out one.
        nearer_low: of its 95 % interval.
        nearer_high: of the same.
        distance_training: median distance of synthetic images to the nearest training image.
        distance_held_out: the same to the nearest held-out image.
        training_images: that were compared.
        training_patients: of these images.
        held_out_images: that were compared.
        held_out_patients: of these images.
        synthetic_images: that were compared.
        max_auc: the recipe's gate; ``None`` for none.
        closed: whether the pool's models are kept from the export; ``None`` without a gate.
        note: why there are no numbers.
    """

    pool: Name
    class_name: Annotated[Text, Field(alias="class")]
    features: Text = ""
    auc: Maybe[Share] = None
    low: Maybe[Real] = None
    high: Maybe[Real] = None
    nearer: Maybe[Share] = None
    nearer_low: Maybe[Real] = None
    nearer_high: Maybe[Real] = None
    distance_training: Maybe[Real] = None
    distance_held_out: Maybe[Real] = None
    training_images: Maybe[Count] = None
    training_patients: Maybe[Count] = None
    held_out_images: Maybe[Count] = None
    held_out_patients: Maybe[Count] = None
    synthetic_images: Maybe[Count] = None
    max_auc: Maybe[Share] = None
    closed: Maybe[YesNo] = None
    note: Text = ""


class PatientScore(Row):
    """How well membership of one training patient is recognised in one pool and class.

    Args:
        pool: its name.
        class_name: empty where images have none.
        features: in words.
        patient: the person.
        images: of the patient that were scored.
        membership_score: share of held-out images that are farther from their nearest synthetic image.
        distance: of the nearest synthetic image to any of the patient's.
        scan: which of the person's scans that image is of.
        slice_number: of that image.
        synthetic: number of that synthetic image in the pool.
    """

    pool: Name
    class_name: Annotated[Text, Field(alias="class")]
    features: Text
    patient: Name
    images: Count
    membership_score: Share
    distance: Real
    scan: Text
    slice_number: Annotated[Integer, Field(alias="slice")]
    synthetic: Count


POOLS = Table("privacy.csv", PoolResult)
PATIENTS = Table("membership_scores.csv", PatientScore)


def pairs_file(pool: str) -> str:
    """Return the name of the figure of a pool's images beside the nearest real ones."""
    return f"pairs-{pool}.png"
