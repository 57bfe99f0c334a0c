"""What a setup's classifier requests that a cohort is too small for."""

from fabricated.core_settings import classify_settings, source
from fabricated.preparation import preparation, record_preparation

from kgan.steps.checks.cohort_limits import Limit, Outcome
from kgan.steps.classification.classifier_limits import limits

REAL, CLASSIC = source("real"), source("classic", 20)


def the_limit(settings, folder) -> Limit:
    (limit,) = limits("it", settings, folder)
    assert limit.step == "it"
    return limit


def test_more_real_images_than_the_cohort_has_are_refused(tmp_path):
    folder = preparation(tmp_path / "p")
    assert limits("it", classify_settings(source("real", 70)), folder) == []
    limit = the_limit(classify_settings(source("real", 500)), folder)
    assert limit.outcome is Outcome.REFUSED
    assert limit.text == (
        "500 real images are requested and 70 are available; write all, or request fewer, in setups"
    )


def test_classic_images_of_a_class_that_is_not_drawn_are_refused(tmp_path):
    folder = preparation(tmp_path / "p", train=(200, 1))
    assert limits("it", classify_settings(REAL, CLASSIC), folder) == []
    limit = the_limit(classify_settings(source("real", 3), CLASSIC), folder)
    assert limit.outcome is Outcome.REFUSED
    assert limit.text.startswith("no image of class tumor is among the 3 real ones")


def test_a_crop_that_images_do_not_hold_is_refused(tmp_path):
    folder = preparation(tmp_path / "p")
    limit = the_limit(classify_settings(REAL, image_size=(9, 9), center_crop=True), folder)
    assert limit.outcome is Outcome.REFUSED and "expected a smaller classifier.image_size" in limit.text


def test_a_batch_larger_than_the_images_holds_some_several_times(tmp_path):
    limit = the_limit(classify_settings(REAL, CLASSIC, batch=100), preparation(tmp_path / "p"))
    assert limit.outcome is Outcome.REDUCED
    assert limit.text == "a batch of 100 (batch_size) contains images several times, as only 90 are available"


def test_patients_who_lack_a_class_leave_their_classifier_out(tmp_path):
    folder = preparation(tmp_path / "p", train=(30, 1))
    outcomes = set()
    for seed in range(20):
        settings = classify_settings(source("real", patients=1), batch=1, seed=seed)
        outcomes.add(tuple(limit.outcome for limit in limits("it", settings, folder)))
    assert outcomes == {(), (Outcome.LEFT_OUT,)}
    # Of more patients than there are, the patient equivalence reports once.
    assert limits("it", classify_settings(source("real", patients=99)), folder) == []


def test_several_scans_of_a_person_are_taken_together(tmp_path):
    folder = preparation(tmp_path / "p")
    patients = {
        split: [f"{split}-{number}" for number in range(6)] for split in ("train", "validation", "test")
    }
    subjects = {f"train-{number}": f"person-{number // 2}" for number in range(6)}
    record_preparation(folder, patients, subjects)
    # Of 70 images of three persons, two have more than 40.
    assert limits("it", classify_settings(source("real", patients=2), batch=40), folder) == []
    assert limits("it", classify_settings(source("real", patients=1), batch=40), folder)


def test_more_images_of_a_control_than_there_are_are_refused(tmp_path):
    folder = preparation(tmp_path / "p", further=(30, 20))
    fits = (source("further_real", 40), source("permuted_labels", 60), source("noise", 10_000))
    assert limits("it", classify_settings(REAL, *fits), folder) == []
    for control, available in ((source("further_real", 42), 20), (source("permuted_labels", 62), 30)):
        limit = the_limit(classify_settings(REAL, control), folder)
        assert limit.outcome is Outcome.REFUSED
        assert limit.text.startswith(f"{control.count // 2} images of class 'tumor' are requested of")
        assert f"and {available} are available" in limit.text


def test_all_images_of_a_control_are_counted(tmp_path):
    folder = preparation(tmp_path / "p", further=(30, 20))
    settings = classify_settings(REAL, source("further_real"), source("permuted_labels"), batch=200)
    assert "as only 190 are available" in the_limit(settings, folder).text
