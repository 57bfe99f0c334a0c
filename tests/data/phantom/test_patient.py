import numpy as np
import pytest

from kgan.data.phantom.anatomy import SHAPE
from kgan.data.phantom.patient import Character, check_count, draw_phantom, patient_name
from kgan.errors import DataError

COARSE = tuple(np.arange(0, size, 6.0) for size in SHAPE)


@pytest.fixture(scope="module")
def phantom():
    return draw_phantom(Character(), 2)


def test_a_patient_is_a_function_of_seed_and_number(phantom):
    again = draw_phantom(Character(), 2)
    np.testing.assert_array_equal(again.scan(COARSE, ["t1c"]), phantom.scan(COARSE, ["t1c"]))
    for other in (draw_phantom(Character(), 3), draw_phantom(Character(seed=7), 2)):
        assert not np.array_equal(other.scan(COARSE, ["t1c"]), phantom.scan(COARSE, ["t1c"]))


def test_scans_are_zero_around_the_brain_and_positive_in_it(phantom):
    images = phantom.scan(COARSE, ["t1", "flair"])
    assert images.shape == (2, *map(len, COARSE)) and images.dtype == np.float32
    np.testing.assert_array_equal(images[0] > 0, images[1] > 0)
    assert images[images > 0].min() >= 1
    assert images[:, [0, -1]].max() == images[:, :, [0, -1]].max() == 0


def test_sequences_do_not_depend_on_which_are_requested(phantom):
    np.testing.assert_array_equal(phantom.scan(COARSE, ["t2"])[0], phantom.scan(COARSE, ["t1", "t2"])[1])


def test_tumours_vary_within_the_diameters_requested():
    character = Character(tumor_diameter=(20, 30), faint=1.0)
    tumors = [draw_phantom(character, number).tumor for number in range(1, 6)]
    assert all(20 <= tumor.diameter <= 30 and tumor.faint for tumor in tumors)
    assert len({tumor.diameter for tumor in tumors}) == 5


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"tumor_diameter": (30.0, 20.0)}, "4 <= least <= most <= 90"),
        ({"tumor_diameter": (30.0,)}, "tumor_diameter"),
        ({"tumor_diameter": (1.0, 20.0)}, "tumor_diameter"),
        ({"tumor_diameter": (8.0, float("nan"))}, "tumor_diameter"),
        ({"faint": 1.5}, "faint 1.5"),
        ({"faulty_stripping": -0.1}, "faulty_stripping"),
    ],
)
def test_impossible_cohorts_are_refused(figures, says):
    with pytest.raises(DataError, match=says):
        Character(**figures)


@pytest.mark.parametrize("count", [0, -3, 10_000])
def test_impossible_counts_are_refused(count):
    with pytest.raises(DataError, match="1 to 9999"):
        check_count(count)


def test_names_sort_as_numbers():
    assert [patient_name(number) for number in (1, 20)] == ["phantom-0001", "phantom-0020"]


def test_the_digest_tells_cohorts_apart_and_integers_are_floats():
    cohorts = [Character(), Character(seed=1), Character(faint=0.3), Character(tumor_diameter=(8, 50))]
    assert len({cohort.digest() for cohort in cohorts}) == len(cohorts)
    assert Character(tumor_diameter=(8, 60)).digest() == Character().digest()
