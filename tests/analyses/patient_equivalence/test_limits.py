"""What the patient equivalence requests that a cohort is too small for."""

from fabricated.preparation import preparation, record_preparation

from kgan.analyses.patient_equivalence import step as equivalence
from kgan.analyses.patient_equivalence.settings import LearningCurvePoint, PatientEquivalenceSettings
from kgan.data.cohort.split import SPLITS
from kgan.steps.checks.cohort_limits import Outcome


def settings(*patients):
    points = tuple(
        LearningCurvePoint(patients=number, pool=pool, step=f"worth-{number}-{pool}", seed=1)
        for number in patients
        for pool in (False, True)
    )
    return PatientEquivalenceSettings(seed=1, source="gan", title="GAN", cells=points, base="real images")


def texts(requested, folder):
    limits = equivalence.limits("it", requested, folder)
    assert all(limit.outcome is Outcome.REDUCED for limit in limits)
    return [limit.text for limit in limits]


def test_numbers_of_patients_that_there_are_not_are_left_out_and_equal_ones_are_one(tmp_path):
    folder = preparation(tmp_path / "p")
    requested = settings(2, 4, 8, "all", 0.34)
    assert texts(requested, folder) == [
        "not for 8 patients (equivalent.patients), as 6 have training images",
        "0.34 are 2 patients, as 2 are: once is enough",
    ]
    points, _ = equivalence.supported(requested, folder)
    assert [(point.patients, point.pool) for point in points] == [
        (2, False), (2, True), (4, False), (4, True), (6, False), (6, True)
    ]  # fmt: skip
    points, notes = equivalence.supported(requested, folder, ["worth-4-True"])
    assert {point.patients for point in points} == {2, 6}
    assert "not for 4 patients, as their classifiers are left out" in notes


def test_a_curve_of_one_number_of_patients_is_left_out(tmp_path):
    (limit,) = equivalence.limits("it", settings(6, "all", 20), preparation(tmp_path / "p"))
    assert limit.outcome is Outcome.LEFT_OUT
    assert "1 of the numbers of patients requested can be had of 6" in limit.text


def test_several_scans_of_a_person_are_one_of_the_numbers_of_patients(tmp_path):
    folder = preparation(tmp_path / "p")
    patients = {split: [f"{split}-{number}" for number in range(6)] for split in SPLITS}
    subjects = {f"train-{number}": f"person-{number // 2}" for number in range(6)}
    record_preparation(folder, patients, subjects)
    assert texts(settings(1, 2, 6), folder) == [
        "not for 6 patients (equivalent.patients), as 3 have training images"
    ]
