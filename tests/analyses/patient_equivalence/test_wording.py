import pytest

from kgan.analyses.patient_equivalence.quantity import CensoredCount, EquivalentPatients
from kgan.analyses.patient_equivalence.wording import headlines, not_covered, sentence


def estimate(patients, value, low="", high=""):
    return EquivalentPatients(patients, *(CensoredCount.read(text) for text in (value, low, high)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (
            estimate(14, "6", "2", "15"),
            "With 14 real patients, it is 6 more (95 % interval 2 to 15).",
        ),
        (
            estimate(14, "6.2", "-2", "15"),
            "With 14 real patients, it is 6 more (95 % interval −2 to 15, so perhaps to none).",
        ),
        (
            estimate(1, "0.2", "-1", "3"),
            "With 1 real patient, it is none: without it the same number of patients does as "
            "well (95 % interval −1 to 3).",
        ),
        (
            estimate(14, "-3", "<-7", "-1"),
            "With 14 real patients, it is −3: without it 11 real patients do as well (95 % "
            "interval less than −7 to −1).",
        ),
        (
            estimate(14, ">14", "3", ">14"),
            "With 14 real patients, it is more than 14 more: 28 real patients without it do not "
            "do as well (95 % interval 3 to more than 14).",
        ),
        (
            estimate(28, ">0", "-4", ">0"),
            "With 28 real patients, it is some, but how many cannot be estimated, as no "
            "classifier had more than 28 real patients (95 % interval −4 to more than 0, so perhaps to "
            "none).",
        ),
        (
            estimate(28, "<-21", "<-21", "-9"),
            "With 28 real patients, it is less than −21: without it 7 real patients do better "
            "(95 % interval less than −21 to −9).",
        ),
        (
            estimate(7, "<0", "<0", "4"),
            "With 7 real patients, it is less than none: without it the classifier does "
            "better (95 % interval less than 0 to 4, so perhaps to none).",
        ),
        (
            estimate(14, ">42", ">42", ">42"),
            "With 14 real patients, it is more than 42 more: 56 real patients without it do not "
            "do as well (95 % interval more than 42 throughout).",
        ),
        (
            estimate(7, "3"),
            "With 7 real patients, it is 3 more; no interval can be given.",
        ),
    ],
    ids=[
        "significant",
        "perhaps",
        "nothing",
        "harm",
        "beyond",
        "most",
        "far-below",
        "below",
        "throughout",
        "no-interval",
    ],
)
def test_sentences_claim_no_more_than_is_known(value, text):
    plain = sentence(value).replace("\N{NO-BREAK SPACE}", " ")
    assert plain.replace("the pool is equivalent to", "it is") == text


def test_headlines_are_of_the_fewest_and_the_most_patients():
    sentences = headlines([estimate(7, "1"), estimate(14, "2"), estimate(28, "3")])
    assert [text.split(",")[0] for text in sentences] == ["With 7 real patients", "With 28 real patients"]


def test_a_curve_that_does_not_rise_limits_the_estimate():
    assert len(headlines([estimate(7, "1")], rises=False)) == 1 + len(headlines([estimate(7, "1")]))


def test_one_run_of_each_classifier_makes_intervals_too_narrow():
    assert "too narrow" in not_covered(1) and "repeats.seeds" in not_covered(1)
    assert "3 or more" in not_covered(3) and "too narrow" not in not_covered(3)
