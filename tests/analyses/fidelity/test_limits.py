"""What the fidelity metrics request that a cohort is too small for."""

import pytest
from fabricated.preparation import preparation

from kgan.analyses.fidelity import step as fidelity
from kgan.analyses.fidelity.settings import DistanceSettings, FidelitySettings, MeasuredPool
from kgan.schema.data import ViewSettings
from kgan.steps.checks.cohort_limits import Outcome

SETTINGS = FidelitySettings(
    seed=1,
    pools=(MeasuredPool(name="gan", step="generate-gan", view=ViewSettings(), canvas=(8, 8)),),
    components=16,
    images=1000,
    published=None,
    distances=DistanceSettings(features="random", neighbours=5, images=500, draws=20),
)


def texts(settings, folder):
    limits = fidelity.limits("it", settings, folder)
    assert all(limit.outcome is Outcome.REDUCED for limit in limits)
    return [limit.text for limit in limits]


@pytest.mark.parametrize(
    ("train", "patients", "expected"),
    [
        ((600, 400), 6, []),
        (
            (40, 30),
            6,
            [
                "70 training images instead of 1000 (measures.images)",
                "distances of 70 training images and as many synthetic ones instead of 500 "
                "(measures.distances.images)",
            ],
        ),
        (
            (3, 2),
            1,
            [
                "5 training images instead of 1000 (measures.images)",
                "1 principal components instead of 16 (measures.pca.components)",
                "distances of 5 training images and as many synthetic ones instead of 500 "
                "(measures.distances.images)",
                "1 neighbours instead of 5 (measures.distances.neighbours)",
                "distances without intervals nor baselines, as there are 1 training patients",
            ],
        ),
    ],
    ids=["enough", "some", "few"],
)
def test_fewer_images_reduce_the_metrics(tmp_path, train, patients, expected):
    assert texts(SETTINGS, preparation(tmp_path / "p", train=train, patients=patients)) == expected


def test_metrics_of_three_images_are_left_out(tmp_path):
    (limit,) = fidelity.limits("it", SETTINGS, preparation(tmp_path / "p", train=(2, 1)))
    assert limit.outcome is Outcome.LEFT_OUT
    assert limit.text.startswith("measures: 3 training images; expected 4 or more.")
    without = SETTINGS.model_copy(update={"distances": None})
    assert texts(without, preparation(tmp_path / "q", train=(3, 2))) == [
        "5 training images instead of 1000 (measures.images)",
        "1 principal components instead of 16 (measures.pca.components)",
    ]
